import { posix } from 'node:path';
import { type RangedSource, readRange } from '../shared/ranged.ts';
import { openArchive } from '../zip/directory.ts';
import { zip } from '../zip/zip.ts';
import { corrupt, unreadable } from './faults.ts';

/** The parts of a package, which is a zip archive. */
export interface Parts {
  readonly has: (name: string) => boolean;
  /** Its bytes, with check sum and length proven at their end. */
  readonly read: (name: string) => AsyncIterable<Buffer>;
}

const oleMark = 'd0cf11e0a1b11ae1';

/** Opens the package. Throws DecodingFault where it is none, as an encrypted workbook is. */
export async function openParts(source: RangedSource): Promise<Parts> {
  await requirePackage(source);
  const archive = await openArchive(source);
  /** Names of parts are the same whatever their case. */
  const names = new Map<string, string>();
  try {
    for await (const { fileName } of archive.entries()) names.set(fileName.toLowerCase(), fileName);
  } finally {
    archive.close();
  }
  return {
    has: (name) => names.has(name.toLowerCase()),
    read(name) {
      const stored = names.get(name.toLowerCase());
      if (stored === undefined) throw corrupt(`its part ${name} is missing`);
      return zip.decode(source, stored).chunks;
    },
  };
}

async function requirePackage(source: RangedSource): Promise<void> {
  const head = await readRange(source, { start: 0, end: Math.min(8, source.sizeBytes) });
  if (head.toString('hex') !== oleMark) return;
  const isEncrypted = (await readRange(source, { start: 0, end: Math.min(1024 * 1024, source.sizeBytes) })).includes(
    Buffer.from('EncryptedPackage', 'utf16le'),
  );
  throw unreadable(
    isEncrypted
      ? 'it is encrypted; open it with its password, save it without one and load that'
      : 'it is a file of an old Office or an encrypted one; save it as .xlsx without a password and load that',
  );
}

/** A relationship of a part: what it is to it, and the part that it leads to. */
export interface Relationship {
  readonly id: string;
  /** The last word of its type: `worksheet`. */
  readonly type: string;
  readonly part: string;
}

/** The part that says to what others a part relates. */
export function relationshipsPart(part: string): string {
  return posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);
}

/** Where a target of a part leads to. */
export function targetOf(part: string, target: string): string {
  const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(part), target);
  return posix.normalize(path);
}
