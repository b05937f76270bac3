import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProjectError } from './problems.ts';

/** The kinds of file that say something, by the ends of their names. */
const fileKinds = ['.json', '.yaml', '.yml', '.ts', '.mts', '.js', '.mjs'] as const;

/**
 * What a file of a project says: the value of a JSON or YAML text, or what a module exports, each under its name.
 * JavaScript and TypeScript are run; what they import is found from where they lie.
 * @throws ProjectError in words where it cannot be read, parsed or run
 */
export async function readFileOfProject(
  file: string,
): Promise<{ readonly exports: Readonly<Record<string, unknown>> }> {
  try {
    switch (extname(file)) {
      case '.json':
        return { exports: { default: JSON.parse(withoutBom(await readFile(file, 'utf8'))) as unknown } };
      case '.yaml':
      case '.yml': {
        const { parse } = await import('./yaml.ts');
        return { exports: { default: parse(await readFile(file, 'utf8')) as unknown } };
      }
      case '.ts':
      case '.mts':
      case '.js':
      case '.mjs':
        return { exports: await moduleOf(file) };
      default:
        throw new ProjectError(`it is none of ${fileKinds.join(', ')}`);
    }
  } catch (error) {
    if (error instanceof ProjectError) throw error;
    throw new ProjectError(whyNot(error), { cause: error });
  }
}

/** TypeScript by Node itself where it can, else by jiti, which compiles it. */
async function moduleOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!file.endsWith('ts') || process.features.typescript)
    return { ...((await import(pathToFileURL(file).href)) as object) };
  const { createJiti } = await import('jiti');
  return { ...(await createJiti(import.meta.url, { interopDefault: false }).import<object>(file)) };
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'it may not be read by this user';
  return error instanceof Error ? message : String(error);
}

function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
