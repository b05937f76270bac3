import { createHash } from 'node:crypto';
import type { Digests } from '../core/control/totals.ts';
import { digestsAsked } from '../core/control/totals.ts';
import { shownObject } from '../core/object-url.ts';
import { execute } from '../db/client.ts';
import { updateDigests } from '../ledger/control/control-sql.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import type { ObjectStore, StoredObject } from '../objects/store.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { loadCodes } from '../protocol/load-codes.ts';
import type { RecordDeps } from '../runtime/lambda-step.ts';
import { bytes } from '../words/quantities.ts';

/** The call has to say why, and the state machine has to take it to the end. */
const reserveMs = 30_000;

type DigestDeps = Pick<RecordDeps, 'db' | 'storeFor' | 'millisecondsLeft'>;

/**
 * The digests that control totals ask for, of the object's bytes as they lie in the bucket, computed in one reading of the whole
 * object: a digest cannot be put together from those of its parts, nor taken from S3, which gives one of parts. Nothing where none
 * is asked for, or the ledger has them. A call that is killed reads from the start again.
 * @throws {LoadRejected} DIGEST_TOO_SLOW
 */
export async function digestObject(load: PlannedLoad, deps: DigestDeps): Promise<void> {
  const asked = digestsAsked(load.control).filter((name) => load.digests[name] === undefined);
  if (load.gated || asked.length === 0) return;
  const hashes = asked.map((name) => ({ name, hash: createHash(name) }));
  const store = await deps.storeFor(load.object.bucket);
  for await (const chunk of timely(store, load.object, deps)) for (const { hash } of hashes) hash.update(chunk);
  const computed: Digests = Object.fromEntries(hashes.map(({ name, hash }) => [name, hash.digest('hex')]));
  await execute(deps.db, updateDigests(load.loadId, { ...load.digests, ...computed }));
}

async function* timely(
  store: ObjectStore,
  object: StoredObject,
  { millisecondsLeft }: Pick<DigestDeps, 'millisecondsLeft'>,
): AsyncGenerator<Buffer> {
  if (object.sizeBytes === 0) return;
  const startedMs = performance.now();
  let read = 0;
  for await (const chunk of store.read(object, { start: 0, end: object.sizeBytes })) {
    if (millisecondsLeft() < reserveMs)
      throw tooSlow(object, { read, seconds: (performance.now() - startedMs) / 1_000 });
    read += chunk.length;
    yield chunk;
  }
}

function tooSlow(object: StoredObject, { read, seconds }: { read: number; seconds: number }): LoadRejected {
  return new LoadRejected(
    loadCodes.DIGEST_TOO_SLOW,
    `of ${shownObject(object)} ${bytes(read)} of ${bytes(object.sizeBytes)} were read for its digest in ${Math.round(seconds)} s, and that is all the time a call has: give records and sums as control totals instead, or split the file`,
  );
}
