import { chmodSync, lstatSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { otherHand, otherHandAbove, type Person } from './other-hands.ts';
import { EmbeddedServerError } from './server-error.ts';

/** Who runs this process; null on Windows. */
export function thisPerson(): Person | null {
  const { getuid, getgid } = process;
  return getuid === undefined || getgid === undefined ? null : { uid: getuid(), gid: getgid() };
}

/**
 * The real path of an existing folder that nobody else made, can write to or can put another one in the place of: each
 * folder and link on its way is looked at, as the system would follow it. Folders above this program are not: whoever can
 * write there chooses what runs here anyway (docs/adr/0027).
 * @throws EmbeddedServerError that says which one is somebody else's, and what to do.
 */
export function ownFolder(path: string, me: Person | null = thisPerson()): string {
  if (me === null) return realpathSync(path);
  const ahead = resolve(path).split(sep).filter(Boolean);
  let at = '/';
  for (let links = 0; ahead.length > 0; ) {
    const next = join(at, ahead.shift() ?? '');
    const entry = lstatSync(next);
    const isLast = ahead.length === 0 && !entry.isSymbolicLink();
    const hand = isLast ? otherHand(entry, me) : otherHandAbove(entry, me);
    if (hand !== null && (isLast || !holdsThisProgram(next))) throw new EmbeddedServerError(refusal(path, next, hand));
    if (!entry.isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new EmbeddedServerError(`${path} cannot be followed: more than ${MOST_LINKS} links`);
    const target = resolve(at, readlinkSync(next));
    ahead.unshift(...target.split(sep).filter(Boolean));
    at = '/';
  }
  return realpathSync(at);
}

/** As ownFolder(), of one that is made where there is none; it gets this mode whatever the umask, and keeps what it has beyond. */
export function makeOwnFolder(path: string, mode: 0o700 | 0o711): string {
  if (!made(path, mode)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    made(path, mode);
  }
  const folder = ownFolder(path);
  const has = lstatSync(folder).mode & 0o777;
  if ((has & mode) !== mode) chmodSync(folder, has | mode);
  return folder;
}

/**
 * The folder for V8's compile cache, or null where it could be somebody else's: who can write there chooses what code
 * runs. Without it a start takes 0.1 s longer, so that is no reason to refuse a command.
 */
export function compileCacheFolder(home: string): string | null {
  try {
    return makeOwnFolder(join(makeOwnFolder(home, 0o700), 'cache'), 0o700);
  } catch {
    return null;
  }
}

/** False where the folder above is missing; true also where somebody made this one before, which ownFolder() judges. */
function made(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code !== 'EEXIST') throw error;
  }
  return true;
}

/** As Linux's own limit for one path. */
const MOST_LINKS = 40;

const program = realpathSync(import.meta.dirname);

function holdsThisProgram(folder: string): boolean {
  return `${program}${sep}`.startsWith(folder === '/' ? folder : `${folder}${sep}`);
}

function refusal(wanted: string, found: string, hand: string): string {
  const which = found === wanted ? found : `${found}, on the way to ${wanted},`;
  return `${which} ${hand}. What lies there may have been prepared by somebody else, so nothing of it was run or changed. Look at it (ls -ld ${found}), then remove it, or make it your own (chown -h, chmod go-w); or name another folder with LANDFALL_HOME, or your own server with --database-url.`;
}
