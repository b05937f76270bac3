import { isLike } from '../../core/decoding/like.ts';
import type { Entry } from 'yauzl';
import { printable } from '../../core/printable.ts';
import { DecodingFault, type DecodingSource } from '../decoder.ts';
import { openArchive } from './directory.ts';

const STORED = 0;
const DEFLATED = 8;

/** So many names are shown where one has to be chosen. */
const namesShown = 10;

/** The name of the one file that is asked for, or of the only one there is. Folders, and what macOS adds, count as none. */
export async function chosenMember(source: DecodingSource, asked: string | undefined): Promise<string> {
  const archive = await openArchive(source);
  const names: string[] = [];
  const fitting: Entry[] = [];
  let files = 0;
  try {
    for await (const entry of archive.entries()) {
      const { fileName } = entry;
      if (fileName.endsWith('/') || isOfMacOs(fileName)) continue;
      files += 1;
      if (names.length < namesShown) names.push(printable(fileName));
      if (asked === undefined || fileName === asked || fits(fileName, asked)) fitting.push(entry);
    }
  } finally {
    archive.close();
  }
  const [only, another] = fitting;
  const held =
    files === 0
      ? 'it holds no file'
      : `it holds ${names.join(', ')}${files > names.length ? ` and ${files - names.length} more` : ''}`;
  if (only === undefined) {
    throw unsuitable(
      asked === undefined
        ? `${held}: nothing is there to load`
        : `no file in it fits --member ${printable(asked)}: ${held}`,
    );
  }
  const exact = fitting.filter(({ fileName }) => fileName === asked);
  if (exact.length === 1) return suitable(exact[0] as Entry);
  if (another !== undefined) {
    const which = fitting.every(({ fileName }) => fileName === only.fileName)
      ? `${held}, and ${fitting.length} of them have the name ${printable(only.fileName)}, so that nobody can tell which is meant; pack it again`
      : `${held}; say which is meant with --member NAME (in a dataset member), * and ? stand for any text and any character`;
    throw unsuitable(which);
  }
  return suitable(only);
}

function suitable(entry: Entry): string {
  const name = printable(entry.fileName);
  if (entry.isEncrypted())
    throw unsuitable(`the file ${name} in it is encrypted; unpack it with its password and load the file inside`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw unsuitable(
      `the file ${name} in it is packed by method ${entry.compressionMethod}, and only deflate (8) and none (0) are read; unpack it and load the file inside`,
    );
  }
  return entry.fileName;
}

function isOfMacOs(name: string): boolean {
  return name.startsWith('__MACOSX/') || name.split('/').at(-1) === '.DS_Store';
}

function unsuitable(words: string): DecodingFault {
  return new DecodingFault('ZIP_MEMBER', 0, words);
}

/** Whether a name, or what of it is behind its last slash, is as the pattern says: `*` is any text, `?` any character. */
export function fits(name: string, pattern: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return isLike(name, pattern) || (!pattern.includes('/') && isLike(base, pattern));
}
