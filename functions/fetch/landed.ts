import { createHash } from 'node:crypto';
import { fetchedNames } from '../compile/schedule/fetched-name.ts';
import type { Landing } from '../objects/s3/s3-landing.ts';
import type { Feed } from './feed.ts';
import type { Validators } from './remote-file.ts';

/** Of every object that was fetched: the names of its metadata. */
const names = {
  scheduledTime: 'landfall-scheduled-time',
  source: 'landfall-source',
  etag: 'landfall-etag',
  lastModified: 'landfall-last-modified',
} as const;

/** What landed for this feed before. */
export interface Landed {
  /** This scheduled time's file is there. */
  readonly isDone: boolean;
  /** Some object has the key: of this time, or, where the name holds no time, of an earlier one. */
  readonly isTaken: boolean;
  /** What the server said of the last one, if it came from the same URL. */
  readonly known: Validators;
}

/** Reads it from the metadata of the feed's own objects, which are told from others by their names. */
export async function landedBefore(feed: Feed, landing: Landing): Promise<Landed> {
  const own = await landing.metadata(feed.key);
  const isDone = own?.[names.scheduledTime] === feed.scheduledTime;
  const last = isDone ? own : (own ?? (await lastMetadata(feed, landing)));
  const isSameSource = last?.[names.source] === sourceOf(feed);
  return {
    isDone,
    isTaken: own !== null,
    known: {
      etag: (isSameSource ? last?.[names.etag] : null) ?? null,
      lastModified: (isSameSource ? last?.[names.lastModified] : null) ?? null,
    },
  };
}

/** The metadata of a fetched object. */
export function metadataOf(feed: Feed, { etag, lastModified }: Validators): Readonly<Record<string, string>> {
  return {
    [names.scheduledTime]: feed.scheduledTime,
    [names.source]: sourceOf(feed),
    ...(isKept(etag) ? { [names.etag]: etag } : {}),
    ...(isKept(lastModified) ? { [names.lastModified]: lastModified } : {}),
  };
}

async function lastMetadata(
  { fetch, prefix }: Feed,
  landing: Landing,
): Promise<Readonly<Record<string, string>> | null> {
  const { begin, matches } = fetchedNames(fetch);
  const key = await landing.newestUnder(prefix + begin, (each) => matches(each.slice(prefix.length)));
  return key === null ? null : await landing.metadata(key);
}

/** A hash: the URL may hold a token behind its ?, and metadata is read by whoever reads the object. */
function sourceOf({ fetch }: Feed): string {
  return createHash('sha256').update(fetch.url).digest('hex');
}

/** S3 takes 2 KB of metadata in all, in plain ASCII. */
function isKept(value: string | null): value is string {
  return value !== null && /^[\x20-\x7e]{1,500}$/u.test(value);
}
