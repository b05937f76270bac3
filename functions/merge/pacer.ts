import { execute, one, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { decide, type Decision } from '../governor/decide.ts';
import { firstWith } from '../governor/latency.ts';
import { looker } from '../governor/look.ts';
import type { Transaction } from '../governor/pace.ts';
import type { Asked, Reading } from '../governor/signal.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectWalPosition, updateSignals } from '../ledger/waits/waits-sql.ts';
import { mostTransactions, readHistory, wishOf } from './history.ts';

/** Between transactions of one call: what comes next, and what was done. */
export interface Pacer {
  next(): Promise<Decision>;
  /** A transaction, with the bytes of WAL that were written while it ran; null: nobody counts them. */
  merged(done: Transaction, walBytes: number | null): void;
  /** Where WAL is counted: how far it is. */
  walPosition(): Promise<number | null>;
  /** Tells the ledger what was seen last. */
  told(): Promise<void>;
}

/** 200 ms: five looks a second, of a millisecond or two each. */
const lookMs = 200;
/** The most WAL a row of so many transactions counts: the first change of a page after a checkpoint writes all of it. */
const measuredWal = 4;

/** For one call of a lane. What calls before it did is read once, what this one does is remembered. */
export async function pacer(
  db: Db,
  load: PlannedLoad,
  { lanes, clock = () => performance.now() }: { readonly lanes: number; readonly clock?: () => number },
): Promise<Pacer> {
  const asked = askedOf(load);
  const wish = wishOf(load, lanes);
  const look = looker(clock);
  const { transactions: before, first: begun, stops } = await readHistory(db, load.loadId);
  const transactions = [...before];
  let first = begun;
  let decidedBy: readonly Reading[] = [];
  let readings: readonly Reading[] = [];
  let lookedAt = -Infinity;
  let rowsSinceLook = 0;
  let walARow: readonly number[] = [];
  return {
    async next() {
      if (clock() - lookedAt >= lookMs) {
        readings = await look(db, asked);
        lookedAt = clock();
        rowsSinceLook = 0;
      }
      const walBytesARow = walARow.length === 0 ? null : Math.max(...walARow);
      const history = { transactions, first, stops };
      const decision = decide({ readings, history, wish, walBytesARow, rowsSinceLook });
      decidedBy = decision.readings;
      return decision;
    },
    merged(done, walBytes) {
      transactions.push(done);
      first = firstWith(first, done);
      // a call of many small ones is not to spend its time on adding them up
      if (transactions.length > 2 * mostTransactions) transactions.splice(0, mostTransactions);
      rowsSinceLook += done.rows;
      if (walBytes !== null && done.rows > 0) walARow = [...walARow, walBytes / done.rows].slice(-measuredWal);
    },
    async walPosition() {
      return readings.some(({ headroomBytes }) => headroomBytes !== undefined) ? await walPosition(db) : null;
    },
    async told() {
      if (decidedBy.length > 0) await execute(db, updateSignals(load, worstOf(decidedBy)));
    },
  };
}

/** What signals are asked about. */
export function askedOf({ contract, target: targetName, loadId, live }: PlannedLoad): Asked {
  const { target, traffic = {} } = contract;
  return { target, targetName, loadId, traffic, isLive: live?.isLive === true };
}

const byUrgency = ['stop', 'unknown', 'slow', 'normal'] as const;

/** One reading a signal: what is worst of it. */
export function worstOf(readings: readonly Reading[]): Readonly<Record<string, Pick<Reading, 'health' | 'figure'>>> {
  const sorted = readings.toSorted((a, b) => byUrgency.indexOf(b.health) - byUrgency.indexOf(a.health));
  return Object.fromEntries(sorted.map(({ signal, health, figure }) => [signal, { health, figure }]));
}

/** null where this server does not tell it: then a row is taken for what it may write at most. */
async function walPosition(db: Db): Promise<number | null> {
  try {
    return (await one<{ bytes: number }>(db, selectWalPosition)).bytes;
  } catch (error) {
    if (sqlState(error) === null) throw error;
    return null;
  }
}
