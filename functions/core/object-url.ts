import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printable } from './printable.ts';

/** The bucket of every object of the directory store; its keys are absolute paths. */
export const directoryBucket = 'file://';

/** An object's name as data: s3://bucket/key as S3 holds it, or the path. What parseObjectUrl reads back. */
export function objectUrl(ref: { readonly bucket: string; readonly key: string }): string {
  return ref.bucket === directoryBucket ? ref.key : `s3://${ref.bucket}/${ref.key}`;
}

/** An object as messages name it, on one line whatever its key holds. */
export function shownObject(ref: { readonly bucket: string; readonly key: string }): string {
  return printable(objectUrl(ref));
}

/** A place, or why the text names none. */
export type ParsedObjectUrl =
  | { readonly bucket: string; readonly key: string; readonly problem: null }
  | { readonly problem: string };

/**
 * Reads what a person typed: `s3://bucket/key` (the key raw: ?, #, % and spaces stand for themselves), a `file://` URL
 * (percent-decoded, as URLs are), or a path, which is taken from `cwd`. A wrong one answers the problem as a message.
 */
export function parseObjectUrl(text: string, cwd: string): ParsedObjectUrl {
  if (text === '') return { problem: 'no file was named: give a path, file:///absolute/path or s3://bucket/key' };
  if (text.includes('\0')) return { problem: 'the name of the file holds a NUL character, which no file can have' };
  if (/^s3:(?!\/\/)/i.test(text)) return { problem: `${text}: an S3 object is written s3://bucket/key` };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { bucket: directoryBucket, key: resolve(cwd, text), problem: null };
  if (scheme === 's3') return parseS3Url(text);
  if (scheme === 'file') return parseFileUrl(text);
  return {
    problem: `${text}: ${scheme}:// is not a place that can be loaded from; use a path, file:///absolute/path or s3://bucket/key (download the file first)`,
  };
}

/** 3 to 63 characters, the general rule for buckets; upper case and `_` only occur in buckets from before 2018. */
const bucketName = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;

function parseS3Url(text: string): ParsedObjectUrl {
  const rest = text.slice('s3://'.length);
  const slash = rest.indexOf('/');
  const bucket = slash === -1 ? rest : rest.slice(0, slash);
  const key = slash === -1 ? '' : rest.slice(slash + 1);
  if (!bucketName.test(bucket)) {
    return { problem: `${text}: "${bucket}" is not the name of an S3 bucket; write s3://bucket/key` };
  }
  if (key === '') return { problem: `${text} names a bucket but no object; write s3://${bucket}/key` };
  if (Buffer.byteLength(key) > 1024)
    return { problem: `${text}: the key is longer than the 1024 bytes that S3 allows` };
  return { bucket, key, problem: null };
}

function parseFileUrl(text: string): ParsedObjectUrl {
  try {
    return { bucket: directoryBucket, key: fileURLToPath(text), problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `${text} is not a usable file URL (${reason}); write file:///absolute/path or just the path` };
  }
}

/** What percent signs stand for; a text that is not encoded (a lone %) stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
