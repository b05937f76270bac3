import { z } from 'zod';
import { outcomeSchema } from '../protocol/outcomes.ts';
import { columns, count, second } from '../words/quantities.ts';
import type { OperateDeps } from './deps.ts';
import type { View } from '../words/view.ts';
import { loadState } from '../words/summary-lines/undone-lines.ts';
import { shortName } from '../words/object-name.ts';
import { isRunning, isUndoing } from './running.ts';
import type { HeldLease, LoadRow } from './sql.ts';

/** A load in a list. Times are ISO 8601. */
export const loadLineSchema = z.strictObject({
  loadId: z.int(),
  dataset: z.string(),
  target: z.string(),
  bucket: z.string(),
  key: z.string(),
  outcome: outcomeSchema.nullable(),
  code: z.string().nullable(),
  records: z.int(),
  rejected: z.int(),
  /** Of those, of a load that loaded: which no replay took the place of. */
  open: z.int(),
  inserted: z.int(),
  updated: z.int(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Without an outcome and not running: unfinished. */
  running: z.boolean(),
  /** asked: somebody asked to undo it, and nobody has begun; running; stopped: it broke off, and goes on where it is asked for again; done. Null: nobody asked. */
  undo: z.enum(['asked', 'running', 'stopped', 'done']).nullable(),
});
type LoadLine = z.infer<typeof loadLineSchema>;

/** The lines as an answer holds them. */
export async function loadLines(
  rows: readonly LoadRow[],
  leases: readonly HeldLease[],
  deps: OperateDeps,
): Promise<LoadLine[]> {
  const lines: LoadLine[] = [];
  for (const row of rows) {
    const lease = leases.find(({ load_id: loadId }) => loadId === row.load_id);
    const undoing = lease !== undefined && (await isUndoing(lease, deps));
    lines.push(lineOf(row, { running: await isRunning(row, leases, deps), undoing }));
  }
  return lines;
}

function lineOf(
  row: LoadRow,
  { running, undoing }: { readonly running: boolean; readonly undoing: boolean },
): LoadLine {
  const { dataset, target, bucket, key, outcome, code, records, rejected, inserted, updated } = row;
  const times = { startedAt: row.started_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null };
  const counts = { records, rejected, open: outcome === 'LOADED' ? rejected - row.closed : 0, inserted, updated };
  return {
    loadId: row.load_id,
    dataset,
    target,
    bucket,
    key,
    outcome,
    code,
    ...counts,
    ...times,
    running,
    undo: undoOf(row, undoing),
  };
}

function undoOf({ undo }: LoadRow, undoing: boolean): LoadLine['undo'] {
  if (undo === 'begun' || undo === 'stopped') return undoing ? 'running' : 'stopped';
  return undo;
}

/** The lines as a person reads them. */
export function loadTable(loads: readonly LoadLine[], { folder }: View): string {
  const head = [
    'load',
    'outcome',
    'dataset',
    'records',
    'rejected',
    'open',
    'inserted',
    'updated',
    'started',
    'object',
  ];
  const rows = loads.map((load) => [
    String(load.loadId),
    loadState(load),
    load.dataset,
    count(load.records),
    count(load.rejected),
    count(load.open),
    count(load.inserted),
    count(load.updated),
    second(load.startedAt),
    shortName(load, folder),
  ]);
  return columns([head, ...rows], [0, 3, 4, 5, 6, 7]);
}
