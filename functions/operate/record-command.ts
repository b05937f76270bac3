import { keysOfPath } from '../core/format/json-path.ts';
import { type DecodingStep, writesRecords } from '../decoding/steps.ts';
import { shellWord } from '../core/typed-again.ts';
import { directoryBucket } from '../core/object-url.ts';
import { decodingCommand } from '../decoding/shell-command.ts';
import type { Load } from '../ledger/loads/load.ts';
import type { StoredObject } from '../objects/store.ts';

/**
 * What prints the bytes of one record of a file, or puts those of an object's version into record.txt, typed into a shell; null
 * where no common program decodes the object.
 */
export function recordCommand(
  { object, decoding }: Pick<Load, 'decoding'> & { readonly object: Named },
  {
    recordNo,
    byteOffset,
    byteLength,
  }: { readonly recordNo: number; readonly byteOffset: number; readonly byteLength: number },
): string | null {
  const { bucket, key } = object;
  if (decoding !== null && writesRecords(decoding)) return elementCommand(object, decoding, recordNo);
  const cut = `tail -c +${byteOffset + 1}`;
  if (bucket === directoryBucket) {
    const decode = decoding === null ? null : decodingCommand(decoding, shellWord(key));
    if (decoding !== null && decode === null) return null;
    const read = decode === null ? `${cut} ${shellWord(key)}` : `${decode} | ${cut}`;
    return `${read} | head -c ${byteLength}`;
  }
  if (decoding !== null) {
    const decode = decodingCommand(decoding, 'object.bin');
    if (decode === null) return null;
    return `${getObject(object)} object.bin && ${decode} | ${cut} | head -c ${byteLength} > record.txt`;
  }
  return `${getObject(object)} --range=bytes=${byteOffset}-${byteOffset + byteLength - 1} record.txt`;
}

/** What prints one line of a file or of an object's version, or the lines that hold a text, typed into a shell; null where no common program decodes the object. */
export function linesCommand(
  { object, decoding }: Pick<Load, 'decoding'> & { readonly object: Named },
  sought: { readonly line: number } | { readonly text: string },
): string | null {
  const isStored = object.bucket !== directoryBucket;
  const file = isStored ? 'object.bin' : shellWord(object.key);
  const filter = 'line' in sought ? `sed -n ${sought.line}p` : `grep -nF -e ${shellWord(sought.text)}`;
  const decode = decoding === null ? null : decodingCommand(decoding, file);
  if (decoding !== null && decode === null) return null;
  const read = decode === null ? `${filter} ${file}` : `${decode} | ${filter}`;
  return isStored ? `${getObject(object)} object.bin && ${read}` : read;
}

/** Of a document of JSON: jq (1.7) leaves its digits as they are. Of a sequence awk takes texts of any bytes apart. */
function elementCommand(object: Named, decoding: readonly DecodingStep[], recordNo: number): string | null {
  const last = decoding.findIndex(({ kind }) => kind === 'json' || kind === 'json-seq');
  const keys = keysOfPath(decoding[last]?.argument ?? '') ?? [];
  const at = keys.map((key) => `[${JSON.stringify(key)}]`).join('');
  const show =
    decoding[last]?.kind === 'json-seq'
      ? `awk ${shellWord(`BEGIN { RS = "\\036" } NR > 1 && /[^ \\t\\r\\n]/ && ++n == ${recordNo}`)}`
      : `jq -c ${shellWord(`.${at} | if type == "array" then .[${recordNo - 1}] else . end`)}`;
  const isStored = object.bucket !== directoryBucket;
  const file = isStored ? 'object.bin' : shellWord(object.key);
  const around = decoding.slice(0, last);
  const decode = around.length === 0 ? null : decodingCommand(around, file);
  if (around.length > 0 && decode === null) return null;
  const read = decode === null ? `${show} < ${file}` : `${decode} | ${show}`;
  return isStored ? `${getObject(object)} object.bin && ${read} > record.txt` : read;
}

type Named = Pick<StoredObject, 'bucket' | 'key' | 'versionId' | 'etag'>;

function getObject({ bucket, key, versionId, etag }: Named): string {
  // = : a key may begin with a dash
  const version = versionId.startsWith('etag:')
    ? `--if-match=${shellWord(etag ?? '')}`
    : `--version-id=${shellWord(versionId)}`;
  return `aws s3api get-object --bucket=${shellWord(bucket)} --key=${shellWord(key)} ${version}`;
}
