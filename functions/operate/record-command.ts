import { shellWord } from '../core/typed-again.ts';
import { directoryBucket } from '../core/object-url.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { StoredObject } from '../objects/store.ts';

/** What prints the bytes of one record of a file, or puts those of an object's version into record.txt, typed into a shell. */
export function recordCommand(
  { object, decoding }: Pick<Load, 'decoding'> & { readonly object: Named },
  { byteOffset, byteLength }: { readonly byteOffset: number; readonly byteLength: number },
): string {
  const { bucket, key } = object;
  const cut = `tail -c +${byteOffset + 1}`;
  if (bucket === directoryBucket) {
    const read = decoding === null ? `${cut} ${shellWord(key)}` : `gunzip < ${shellWord(key)} | ${cut}`;
    return `${read} | head -c ${byteLength}`;
  }
  if (decoding !== null)
    return `${getObject(object)} packed.gz && gunzip < packed.gz | ${cut} | head -c ${byteLength} > record.txt`;
  return `${getObject(object)} --range=bytes=${byteOffset}-${byteOffset + byteLength - 1} record.txt`;
}

type Named = Pick<StoredObject, 'bucket' | 'key' | 'versionId' | 'etag'>;

function getObject({ bucket, key, versionId, etag }: Named): string {
  // = : a key may begin with a dash
  const version = versionId.startsWith('etag:')
    ? `--if-match=${shellWord(etag ?? '')}`
    : `--version-id=${shellWord(versionId)}`;
  return `aws s3api get-object --bucket=${shellWord(bucket)} --key=${shellWord(key)} ${version}`;
}
