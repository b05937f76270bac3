import { constants, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { EmbeddedServerError } from './server-error.ts';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** What a command reads of its server is a few lines; the bound keeps a planted file from filling memory. */
const MOST_BYTES = 64 * 1024;

/**
 * The text of a small file that the server's user may have written: no link is followed and no pipe is waited for, since
 * root reads it too. Throws as readFile() does, and EmbeddedServerError for what no server wrote.
 */
export async function readPlainFile(path: string): Promise<string> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ELOOP') throw cause;
    throw new EmbeddedServerError(`${path} is a link, and what it leads to is not read: ${remedy(path)}`, { cause });
  });
  try {
    const found = await file.stat();
    const isSmallFile = found.isFile() && found.size <= MOST_BYTES;
    if (!isSmallFile) throw new EmbeddedServerError(`${path} is no file of a few lines: ${remedy(path)}`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Opens a log to append to, mode 0600 where it is new. A link is refused: what it leads to is not a log. */
export function openLog(path: string): number {
  try {
    return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ELOOP') throw cause;
    throw new EmbeddedServerError(`${path} is a link, and a log is written to no link: ${remedy(path)}`, { cause });
  }
}

function remedy(path: string): string {
  return `look at it (ls -l ${path}), remove it and run the command again.`;
}
