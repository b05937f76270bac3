import {
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { keepMemoryFlat } from '../flat-memory.ts';
import { objectUrl } from '../../core/object-url.ts';
import { connectS3, type S3Connection } from './s3-client.ts';
import { isAlreadyThere, s3ReadFault } from './s3-errors.ts';
import { type S3Limits, s3Limits } from './s3-limits.ts';
import { putS3 } from './s3-put.ts';

/** The landing bucket, for the one function that writes to it. */
export interface Landing {
  /** s3://bucket/key. */
  url(key: string): string;
  /** The metadata of the newest version of a key, names in small letters; null where there is no such object. */
  metadata(key: string): Promise<Readonly<Record<string, string>> | null>;
  /** Of the keys that begin so and match, the one that was written last; null where there is none. Lists 1 000 a request. */
  newestUnder(begin: string, matches: (key: string) => boolean): Promise<string | null>;
  /**
   * Writes a whole object, streaming; null where `onlyIfAbsent` and another call was first. A body or an upload that fails
   * leaves nothing behind. Throws the body's own error, or TryAgain or an Error in words for S3's.
   */
  put(key: string, body: AsyncIterable<Buffer>, options: LandingOptions): Promise<{ readonly bytes: number } | null>;
}

interface LandingOptions {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly onlyIfAbsent: boolean;
}

/** The bucket of this name. Without options everything else comes from the environment, as for every AWS tool. */
export function openLanding(
  bucket: string,
  options: { readonly connection?: S3Connection; readonly limits?: Partial<S3Limits> } = {},
): Landing {
  const limits = { ...s3Limits, ...options.limits };
  const client = connectS3(options.connection ?? {}, limits);
  return {
    url: (key) => objectUrl({ bucket, key }),
    metadata: (key) => metadata(client, { bucket, key }),
    newestUnder: (begin, matches) => newestUnder(client, { bucket, begin, matches }),
    async put(key, body, { contentType, metadata: Metadata, onlyIfAbsent }) {
      let bytes = 0;
      const counting = async function* (): AsyncGenerator<Buffer, void, undefined> {
        for await (const chunk of keepMemoryFlat(body)) {
          bytes += chunk.length;
          yield chunk;
        }
      };
      const condition = onlyIfAbsent ? { IfNoneMatch: '*' } : {};
      const params = { ContentType: contentType, Metadata: { ...Metadata }, ...condition };
      try {
        await putS3({ client, limits }, { bucket, key }, counting(), params);
        return { bytes };
      } catch (error) {
        if (onlyIfAbsent && isAlreadyThere(error)) return null;
        throw error;
      }
    },
  };
}

async function metadata(
  client: S3Client,
  ref: { readonly bucket: string; readonly key: string },
): Promise<Readonly<Record<string, string>> | null> {
  try {
    const { Metadata } = await client.send(new HeadObjectCommand({ Bucket: ref.bucket, Key: ref.key }));
    return Metadata ?? {};
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return null;
    throw s3ReadFault(ref, error);
  }
}

interface Wanted {
  readonly bucket: string;
  readonly begin: string;
  readonly matches: (key: string) => boolean;
}

/** Of one second the last key in order, for S3 tells no finer time. */
async function newestUnder(client: S3Client, { bucket, begin, matches }: Wanted): Promise<string | null> {
  let newest: { readonly key: string; readonly at: number } | null = null;
  let next: string | undefined;
  do {
    const page = await listed(client, { bucket, begin, after: next });
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const key = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
      const at = LastModified?.getTime() ?? 0;
      if (matches(key) && at >= (newest?.at ?? 0)) newest = { key, at };
    }
    next = page.NextContinuationToken;
  } while (next !== undefined);
  return newest?.key ?? null;
}

interface Page {
  readonly bucket: string;
  readonly begin: string;
  /** The token of the page before; undefined for the first. */
  readonly after: string | undefined;
}

async function listed(client: S3Client, { bucket, begin, after }: Page): Promise<ListObjectsV2CommandOutput> {
  try {
    return await client.send(
      // XML has no way to write some characters that keys of others may hold
      new ListObjectsV2Command({ Bucket: bucket, Prefix: begin, ContinuationToken: after, EncodingType: 'url' }),
    );
  } catch (error) {
    throw s3ReadFault({ bucket, key: begin }, error);
  }
}
