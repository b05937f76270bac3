import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { printable } from '../core/printable.ts';
import { directoryBucket } from '../core/object-url.ts';

/** Buckets whose objects may be loaded, by their exact names; null: all, and files: a command asks for who typed it. */
export type Sources = readonly string[] | null;

/** Null where objects of this bucket may be loaded, else why not. */
export function foreignBucket({ bucket, key }: { bucket: string; key: string }, sources: Sources): LoadRejected | null {
  if (sources === null || sources.includes(bucket)) return null;
  const what = printable(
    bucket === directoryBucket ? `the file ${key}` : `${JSON.stringify(key)} of ${JSON.stringify(bucket)}`,
  );
  const own = sources.length === 0 ? 'none: LANDFALL_LANDING names it' : sources.join(', ');
  return new LoadRejected(
    loadCodes.FOREIGN_BUCKET,
    `${what} is not loaded here: this stack takes objects of its own landing bucket and of those that are declared (${own}). Upload it there, or declare its bucket with landfall:sourceBuckets`,
  );
}
