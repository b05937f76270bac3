import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import { execute, many, type Db } from '../db/client.ts';
import {
  deleteOldWindows,
  deleteSetStart,
  type OldSetStart,
  selectOldSetStarts,
  updateSetStartLooked,
} from '../ledger/windows/forgotten-sql.ts';
import type { ObjectStore } from '../objects/store.ts';

/** Longer than an event or an execution comes back: 14 days, of a queue's messages and of an execution that is driven again. */
const keptDays = 30;

/** Of some 200 bytes: an event that wants the dataset's lock waits for none of them. */
const objectsAtOnce = 5_000;

/** 500,000 objects a run: what is left goes 15 minutes later. */
const deletesAtMost = 100;

/** HEAD requests a run. */
const startsAtMost = 100;
/** Whose object still lies there is looked at again after so many. */
const lookAgainDays = 7;

/** What was forgotten. */
export interface ForgottenWindows {
  readonly windows: number;
  /** Manifests and markers. */
  readonly setStarts: number;
}

/**
 * Forgets windows whose objects were loaded long ago, in short transactions, and manifests and markers whose sets were, once they do not lie there any
 * more. What loads know of objects stays, so none is loaded twice.
 */
export async function forgetWindows({
  db,
  storeFor,
}: {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
}): Promise<ForgottenWindows> {
  let windows = 0;
  for (let deletes = 0; deletes < deletesAtMost; deletes += 1) {
    const deleted = await execute(db, deleteOldWindows({ days: keptDays, most: objectsAtOnce }));
    windows += deleted;
    if (deleted === 0) break;
  }
  let setStarts = 0;
  const old = selectOldSetStarts({ days: keptDays, lookAgainDays, most: startsAtMost });
  for (const start of await many<OldSetStart>(db, old)) {
    const isThere = await liesThere(start, storeFor);
    await execute(db, isThere ? updateSetStartLooked(start) : deleteSetStart(start));
    if (!isThere) setStarts += 1;
  }
  return { windows, setStarts };
}

/** Whether a listing may show this version; where that cannot be told it is kept. */
async function liesThere(
  { bucket, key, version_id: versionId }: OldSetStart,
  storeFor: (bucket: string) => Promise<ObjectStore>,
): Promise<boolean> {
  try {
    const store = await storeFor(bucket);
    return (await store.head({ bucket, key, versionId: null })).versionId === versionId;
  } catch (error) {
    return !(error instanceof LoadRejected && error.code === loadCodes.OBJECT_GONE);
  }
}
