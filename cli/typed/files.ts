import { globbed } from '../input/globbed.ts';
import { stdinName } from '../input/spooled-stdin.ts';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { shellWord } from '../../functions/core/typed-again.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import { directoryBucket, parseObjectUrl } from '../../functions/core/object-url.ts';

export interface NamedObject {
  /** As typed, for messages. */
  readonly typed: string;
  readonly bucket: string;
  readonly key: string;
}

/** The objects that FILE... names, relative paths taken from `folder`; a local file that cannot be loaded is a problem. */
export async function readFileNames(
  typed: readonly string[],
  folder: string,
  /** Where `-` is stdin: why that cannot be read, or null. Its object has the key `-` until it was read. */
  stdin?: string | null,
): Promise<{ readonly objects: readonly NamedObject[]; readonly problems: readonly string[] }> {
  const objects: NamedObject[] = [];
  const problems: string[] = stdin && typed.includes(stdinName) ? [stdin] : [];
  for (const name of await globbed(typed, folder)) {
    if (name === stdinName && stdin !== undefined) {
      problems.push(...(objects.some(({ key }) => key === stdinName) ? ['- (stdin) can be read once'] : []));
      objects.push({ typed: '-', bucket: directoryBucket, key: stdinName });
      continue;
    }
    const parsed = parseObjectUrl(name, folder);
    const problem = parsed.problem ?? (parsed.bucket === directoryBucket ? await fileProblem(name, parsed.key) : null);
    if (problem !== null) problems.push(problem);
    else if (parsed.problem === null) objects.push({ typed: name, bucket: parsed.bucket, key: parsed.key });
  }
  return { objects, problems };
}

async function fileProblem(typed: string, path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (found.isDirectory())
      return `${typed} is a folder; name the files in it: ${shellWord(typed.replace(/\/$/, ''))}/*.csv`;
    if (!found.isFile())
      return `${typed} is no plain file (a pipe, a socket or a device); write it to a file first, so that it can be read twice`;
    await access(path, constants.R_OK);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing(typed, path);
    if (code === 'EACCES') return `${typed} may not be read by this user: chmod +r ${shellWord(path)}`;
    if (code === 'ELOOP') return `${typed} is a symbolic link that leads back to itself`;
    if (code === 'ENAMETOOLONG') return `${typed.slice(0, 60)}... is longer than a file name can be`;
    return `${typed} cannot be read: ${message}`;
  }
}

async function missing(typed: string, path: string): Promise<string> {
  if (/[*?[]/.test(typed)) return `no file matches ${typed} (${path}); names that begin with a dot match no *`;
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => null);
  if (names === null) return `there is no file ${typed}: the folder ${folder} does not exist`;
  return `there is no file ${typed} in ${folder}.${didYouMean(basename(path), names)}`;
}
