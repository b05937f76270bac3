import { execute, type Db } from '../db/client.ts';
import { upsertListing, type Listed } from '../ledger/sweeping/listings-sql.ts';
import type { ListedObject, ObjectStore } from '../objects/store.ts';

/** What listing needs. */
export interface ListingDeps {
  readonly db: Db;
  readonly store: Pick<ObjectStore, 'list'>;
  readonly millisecondsLeft: () => number;
}

/** 60 s for the page under way and what follows. */
const reserveMilliseconds = 60_000;

/** Looks at a page; answers the place of the first object in it that has to be looked at again, -1 where none has. */
export type Look = (page: readonly ListedObject[]) => Promise<number>;

/**
 * Goes round once: from where the last run stopped to the end, and from the beginning to there. How far it came is kept page
 * by page, so that the next run goes on where one ran out of time or failed: a listing of any length gets round in the end.
 * Answers false where the time was over first.
 */
export async function goRound(
  listed: Listed & { readonly after: string | null },
  { db, store, millisecondsLeft }: ListingDeps,
  look: Look,
): Promise<boolean> {
  const { bucket, prefix, after: begun } = listed;
  /** Behind which key the next run goes on, where something was left. */
  let held: { readonly after: string | null } | null = null;
  for (const { from, through } of partsOf(begun)) {
    let after = from;
    for await (const page of store.list({ bucket, prefix, ...(from === null ? {} : { after: from }) })) {
      if (millisecondsLeft() < reserveMilliseconds) return false;
      const within = through === null ? page : page.filter(({ key }) => !isBehind(key, through));
      const left = await look(within);
      if (left >= 0) held ??= { after: within[left - 1]?.key ?? after };
      after = page.at(-1)?.key ?? after;
      await execute(db, upsertListing(listed, { after: (held ?? { after }).after, rounded: false }));
      if (within.length < page.length) break;
    }
    await execute(db, upsertListing(listed, { after: held?.after ?? null, rounded: through === null }));
  }
  return true;
}

/** Keys behind `from`, as far as `through`; null: from the beginning, to the end. */
interface Part {
  readonly from: string | null;
  readonly through: string | null;
}

function partsOf(begun: string | null): readonly Part[] {
  const toTheEnd = { from: begun, through: null };
  return begun === null ? [toTheEnd] : [toTheEnd, { from: null, through: begun }];
}

/** In the order of S3, which is that of the keys' bytes. */
function isBehind(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}
