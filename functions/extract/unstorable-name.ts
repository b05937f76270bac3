import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';

/**
 * 2,600 bytes: the ledger finds a load by dataset, bucket, key and version, an entry of an index holds 2,704 at most, and what
 * stands around the names takes some of them. S3 allows 1,024 for a key; a path of a machine may be longer.
 */
const nameBytes = 2_600;

interface Names {
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
}

/** Why the ledger cannot hold a load of this object, so that there is none; null where it can. */
export function unstorableName({ dataset, bucket, key, versionId }: Names): LoadRejected | null {
  const text = [dataset, bucket, key, versionId ?? ''].join('');
  if (text.includes('\0')) return refusal(key, 'has a NUL character, which no name of an object or file has');
  if (!text.isWellFormed()) return refusal(key, 'holds half a character (a lone surrogate), which no name can');
  const bytes = Buffer.byteLength(text);
  if (bytes <= nameBytes) return null;
  const what = `is too long for the ledger: with its bucket, version and dataset ${bytes} bytes, and ${nameBytes} are possible`;
  return refusal(key, `${what}. Put it under a shorter name`);
}

function refusal(key: string, why: string): LoadRejected {
  const begin = key.length > 100 ? `${key.slice(0, 100)}...` : key;
  return new LoadRejected(loadCodes.OBJECT_INVALID, `the name ${JSON.stringify(begin)} ${why}`);
}
