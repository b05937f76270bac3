import { shellWord } from '../core/typed-again.ts';
import { directoryBucket } from '../core/object-url.ts';
import type { StoredObject } from '../objects/store.ts';

/** What prints the bytes of one record of a file, or puts those of an object's version into record.txt, typed into a shell. */
export function recordCommand(
  { bucket, key, versionId, etag }: Pick<StoredObject, 'bucket' | 'key' | 'versionId' | 'etag'>,
  { byteOffset, byteLength }: { readonly byteOffset: number; readonly byteLength: number },
): string {
  if (bucket === directoryBucket) return `tail -c +${byteOffset + 1} ${shellWord(key)} | head -c ${byteLength}`;
  // = : a key may begin with a dash
  const version = versionId.startsWith('etag:')
    ? `--if-match=${shellWord(etag ?? '')}`
    : `--version-id=${shellWord(versionId)}`;
  const range = `bytes=${byteOffset}-${byteOffset + byteLength - 1}`;
  return `aws s3api get-object --bucket=${shellWord(bucket)} --key=${shellWord(key)} ${version} --range=${range} record.txt`;
}
