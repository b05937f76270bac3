import { LoadRejected } from '../protocol/errors.ts';
import { shownObject } from '../core/object-url.ts';
import { printable } from '../core/printable.ts';
import type { Head } from '../content/head.ts';
import { execute, transaction, type Db } from '../db/client.ts';
import { assertAttempt } from '../ledger/loads/attempts.ts';
import { findLoad, type Load } from '../ledger/loads/load.ts';
import { selectLoad, updateBecameReplay } from '../ledger/loads/loads-sql.ts';
import { loadOfRejects } from '../replay/mended-lines.ts';
import { replayRequest, requireReplayable } from '../replay/replay-request.ts';

/**
 * A rejects.csv that came back, by its own name or under the prefix of a dataset: the load is a replay of the one that it names
 * from now on.
 * @throws LoadRejected REPLAY_REFUSED where it names none that can be replayed, or one of another dataset
 */
export async function becomeReplay(
  load: Load,
  head: Head,
  { db, attempt }: { readonly db: Db; readonly attempt: number },
): Promise<void> {
  const of = loadOfRejects(head);
  if (typeof of === 'string')
    throw new LoadRejected('REPLAY_REFUSED', `${shownObject(load.object)} is a rejects.csv: ${of}`);
  const origin = requireReplayable(await findLoad(db, selectLoad(of)), of);
  if (origin.dataset !== load.dataset) {
    throw new LoadRejected(
      'REPLAY_REFUSED',
      `${shownObject(load.object)} has rejects of load ${of}, which went into ${printable(origin.dataset)}, not into ${printable(load.dataset)}: landfall replay ${of} FILE takes it`,
    );
  }
  const request = { ...load.request, replay: replayRequest(origin, 'file') };
  await transaction(db, {}, async () => {
    await execute(db, updateBecameReplay(load.loadId, of, request));
    await assertAttempt(db, { loadId: load.loadId, attempt });
  });
}
