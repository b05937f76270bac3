import { lstat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Whether a shell would have opened it: a name with * or ?, or with one of several characters or words. */
function isPattern(name: string): boolean {
  const holds = /[*?]/.test(name) || holdsInOrder(name, '[', ']', 2) || holdsInOrder(name, '{', ',}', 1);
  return holds && !/^[a-z][a-z0-9+.-]*:\/\//i.test(name);
}

/**
 * The files that FILE... names, patterns opened that no shell has opened: because they were quoted, or because the shell of Windows
 * opens none. Those of a pattern come in the order of their names. A file that is really called so is that file; a pattern that
 * matches nothing stays as it is, for whoever looks for the file to say so.
 */
export async function globbed(names: readonly string[], folder: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (const name of names) all.push(...(isPattern(name) ? await matches(name, folder) : [name]));
  return all;
}

async function matches(pattern: string, folder: string): Promise<readonly string[]> {
  const isThere = await lstat(isAbsolute(pattern) ? pattern : join(folder, pattern)).then(
    () => true,
    () => false,
  );
  if (isThere) return [pattern];
  const { glob } = await import('tinyglobby');
  const { cwd, rest } = rooted(pattern, folder);
  // as a shell: no names that begin with a dot, and nothing below a * but what ** asks for
  const found = await glob([rest], { cwd, dot: false, onlyFiles: true, expandDirectories: false });
  if (found.length === 0) return [pattern];
  const named = found.map((path) => (isAbsolute(pattern) ? join(cwd, path) : relative(folder, join(cwd, path))));
  return named.toSorted((a, b) => (a < b ? -1 : 1));
}

/** The folders before the first sign of a pattern are looked at as they are: they may be called anything. */
function rooted(pattern: string, folder: string): { readonly cwd: string; readonly rest: string } {
  let base = dirname(pattern);
  let rest = basename(pattern);
  while (isPattern(base)) {
    rest = `${basename(base)}/${rest}`;
    base = dirname(base);
  }
  const cwd = isAbsolute(base) ? base : join(folder, base);
  // parentheses and ! mean nothing to a shell as it comes, and `orders (1).csv` is a name like any other
  const plain = (sep === '\\' ? rest.replaceAll('\\', '/') : rest).replaceAll(/[()]|^!/g, String.raw`\$&`);
  return { cwd, rest: plain };
}

/** Whether the signs of `then` stand behind `first`, in their order, the first of them at least so far behind it. */
function holdsInOrder(name: string, first: string, then: string, distance: number): boolean {
  let at = name.indexOf(first);
  if (at === -1) return false;
  let from = at + distance;
  for (const sign of then) {
    at = name.indexOf(sign, from);
    if (at === -1) return false;
    from = at + 1;
  }
  return true;
}
