import { z } from 'zod';
import { LoadRejected } from '../../protocol/errors.ts';
import { directoryBucket, parseObjectUrl, shownObject } from '../../core/object-url.ts';
import { parsedJson } from '../../core/parsed-json.ts';
import { printable } from '../../core/printable.ts';
import { bytes } from '../../words/quantities.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';

/** An object that is asked for, and how large it is said to be. */
export interface Listed {
  readonly key: string;
  readonly size?: number | undefined;
}

/** 4 MiB: ten thousand keys of S3's greatest length are more than twice that, and no load takes so many. */
const mostBytes = 4 * 1024 * 1024;

const size = z.int().nonnegative().optional();

/** Keys, with or without sizes; or what Redshift's COPY takes and UNLOAD writes, whose other fields are passed over. */
const manifestSchema = z.union([
  z.array(z.union([z.string().min(1), z.strictObject({ key: z.string().min(1), size })])).min(1),
  z.looseObject({
    entries: z
      .array(z.looseObject({ url: z.string().min(1), meta: z.looseObject({ content_length: size }).optional() }))
      .min(1),
  }),
]);

/**
 * The objects that a manifest lists, in its order: beside it or in folders below it, or in its bucket by s3:// URL.
 * @throws {LoadRejected} SET_INVALID
 */
export async function readManifest(store: ObjectStore, manifest: StoredObject): Promise<readonly Listed[]> {
  if (manifest.sizeBytes > mostBytes)
    throw invalid(manifest, `it has ${bytes(manifest.sizeBytes)}, and a manifest has ${bytes(mostBytes)} at most`);
  const chunks: Buffer[] = [];
  if (manifest.sizeBytes > 0)
    for await (const chunk of store.read(manifest, { start: 0, end: manifest.sizeBytes })) chunks.push(chunk);
  return listedIn(
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
    manifest,
  );
}

/** @throws {LoadRejected} SET_INVALID */
export function listedIn(text: string, manifest: Pick<StoredObject, 'bucket' | 'key'>): readonly Listed[] {
  const parsed = manifestSchema.safeParse(parsedJson(text));
  if (!parsed.success) throw invalid(manifest, 'it is none');
  const { data } = parsed;
  if (!Array.isArray(data))
    return data.entries.map(({ url, meta }) => ({ key: keyOfUrl(url, manifest), size: meta?.content_length }));
  return data.map((entry) =>
    typeof entry === 'string'
      ? { key: keyBeside(entry, manifest) }
      : { key: keyBeside(entry.key, manifest), size: entry.size },
  );
}

function keyOfUrl(url: string, manifest: Pick<StoredObject, 'bucket' | 'key'>): string {
  const parsed = parseObjectUrl(url, '/');
  if (!/^s3:\/\//i.test(url)) return keyBeside(url, manifest);
  if (parsed.problem !== null) throw invalid(manifest, printable(parsed.problem));
  if (parsed.bucket === manifest.bucket) return parsed.key;
  const where = manifest.bucket === directoryBucket ? 'a folder' : `the bucket ${manifest.bucket}`;
  throw invalid(manifest, `${printable(url, 200)} lies in another bucket, and the manifest in ${where}`);
}

/** A manifest that somebody else wrote names nothing outside of its folder. */
function keyBeside(written: string, manifest: Pick<StoredObject, 'bucket' | 'key'>): string {
  const isOutside = written.startsWith('/') || /^[a-z][a-z0-9+.-]*:\/\//i.test(written);
  if (isOutside || written.split('/').some((part) => part === '..' || part === '.'))
    throw invalid(manifest, `${printable(written, 200)} is not beside it or in a folder below it`);
  return manifest.key.slice(0, manifest.key.lastIndexOf('/') + 1) + written;
}

function invalid(manifest: Pick<StoredObject, 'bucket' | 'key'>, why: string): LoadRejected {
  return new LoadRejected(
    'SET_INVALID',
    `${shownObject(manifest)} is no manifest that can be loaded by: ${why}. It is JSON, ["a.csv", "b.csv"], [{ "key": "a.csv", "size": 120 }] with sizes in bytes, or Redshift's { "entries": [{ "url": "s3://...", "meta": { "content_length": 120 } }] }`,
  );
}
