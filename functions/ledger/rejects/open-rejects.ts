import type { Contract } from '../../core/contract.ts';
import { one, type Db } from '../../db/client.ts';
import type { LoadReport, Outcome } from '../../protocol/outcomes.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import type { ControlRow } from '../control/control-report.ts';
import type { StoredReplay } from '../loads/stored-replay.ts';
import { selectAnyWaits } from './awaiting-sql.ts';

/** What the report reads of rejects that may come back. */
export interface OpenRejectsRow {
  readonly outcome: Outcome | null;
  readonly counted: ControlRow['counted'];
  readonly closed_rejects: number | null;
  readonly awaits: readonly string[] | null;
  readonly awaits_until: Date | null;
  readonly awaiting: number | null;
  readonly request: LoadRequest;
  readonly replay: StoredReplay | null;
}

/** What is open of a load that loaded, and whose rejects a replay took. */
export function replayOf({
  outcome,
  counted: { rejected },
  closed_rejects: closedRejects,
  request,
  replay,
  ...row
}: OpenRejectsRow): Pick<LoadReport, 'rejects' | 'waits' | 'replay'> {
  const closed = closedRejects ?? 0;
  return {
    ...(outcome === 'LOADED' && rejected > 0 && { rejects: { open: rejected - closed, closed } }),
    ...waitsOf(row),
    ...(request.replay !== undefined &&
      replay !== null && { replay: { of: request.replay.of, records: replay.records, left: { ...replay.left } } }),
  };
}

function waitsOf({
  awaits,
  awaits_until: until,
  awaiting,
}: Pick<OpenRejectsRow, 'awaits' | 'awaits_until' | 'awaiting'>): Pick<LoadReport, 'waits'> {
  if (awaits === null || until === null || awaiting === null || awaiting === 0) return {};
  return { waits: { records: awaiting, parents: [...awaits], until: until.toISOString() } };
}

/** Whether some of a load's rejects wait for their parents, once it is loaded. Not asked where its dataset lets none wait. */
export async function anyWaits(
  db: Db,
  { loadId, contract }: { readonly loadId: number; readonly contract: Contract },
  rejected: number,
): Promise<boolean> {
  if (contract.waitForParents === undefined || rejected === 0) return false;
  const { waits } = await one<{ waits: boolean }>(db, selectAnyWaits(loadId));
  return waits;
}
