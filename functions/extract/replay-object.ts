import { execute, idleWhileReadingMs, transaction, type Db } from '../db/client.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { withContent } from '../content/open-content.ts';
import { findLoad, type Load } from '../ledger/loads/load.ts';
import { selectLoad, updateReplay } from '../ledger/loads/loads-sql.ts';
import type { StoredReplay } from '../ledger/loads/stored-replay.ts';
import type { ObjectStore, StoredObject, WrittenRef } from '../objects/store.ts';
import { mendedRecords } from '../replay/mended-records.ts';
import { keptRecords, type ReplayPage, writeReplayObject } from '../replay/replay-object.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { ownHeaders } from '../core/format/file-columns.ts';
import { lineageOf } from '../core/supplies/supplied.ts';
import { readMembers } from '../ledger/objects/members.ts';
import { whyWaits } from '../replay/held-replay.ts';
import { requireReplayable } from '../replay/replay-request.ts';

/** What writing a replay's object needs. */
export interface ReplayObjectDeps {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  readonly replayPlace: (load: Load) => WrittenRef;
}

/** Records of one replay are written in the columns of one header. */
async function requireAlike(db: Db, { loadId, objectCount, contract, fileColumns }: Load): Promise<void> {
  if (objectCount === null) return;
  const members = await readMembers(db, loadId, contract);
  const headers = new Set(
    members.flatMap(({ plan }) => {
      const columns = plan === null ? null : (plan.fileColumns ?? fileColumns);
      return columns === null ? [] : [JSON.stringify(ownHeaders(columns))];
    }),
  );
  const lineage = (contract?.columns ?? [])
    .map(lineageOf)
    .filter((kind) => kind === 'object-key' || kind === 'object-time');
  if (headers.size < 2 && lineage.length === 0) return;
  const why =
    headers.size > 1
      ? 'their columns are not in the same order'
      : `its dataset writes ${lineage.join(' and ')} of each into its rows`;
  throw new LoadRejected(
    'REPLAY_REFUSED',
    `load ${loadId} has several objects, and ${why}: their rejects cannot be written as one object. Mend the objects themselves and load them again`,
  );
}

/** The object that holds the records of a replay, written now: under the lease, so that no other replay takes the same ones. */
export async function replayObject(
  load: Load,
  attempt: number,
  { db, storeFor, replayPlace }: ReplayObjectDeps,
): Promise<StoredObject> {
  const { replay } = load.request;
  if (replay === undefined) throw new Error(`load ${load.loadId} is no replay`);
  const origin = requireReplayable(await findLoad(db, selectLoad(replay.of)), replay.of);
  await requireAlike(db, origin);
  const waits = await whyWaits(db, origin, load.loadId);
  if (waits !== null) throw new LoadRejected('REPLAY_REFUSED', waits);
  const place = replayPlace(load);
  const store = await storeFor(place.bucket);
  return await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    const write = async (pages: AsyncIterable<ReplayPage>): Promise<StoredReplay> =>
      await writeReplayObject(load, { origin, pages }, { db, store, place });
    const written =
      replay.from === 'quarantine'
        ? await write(keptRecords(db, { of: replay.of, codes: replay.codes ?? null, only: replay.only === true }))
        : await withContent(await storeFor(load.object.bucket), { object: load.object, decoding: null }, (content) =>
            write(mendedRecords(db, origin, content)),
          );
    await execute(db, updateReplay(load.loadId, written));
    await assertAttempt(db, { loadId: load.loadId, attempt });
    return written.object;
  });
}
