import { many, type Db } from '../db/client.ts';
import type { History, Stop, Transaction, Wish } from '../governor/pace.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectFirstTransactions, selectTransactions, type TransactionRow } from '../ledger/waits/history-sql.ts';
import { selectWaits, type WaitRow } from '../ledger/waits/waits-sql.ts';

/** So many transactions say all: the longest patience with a lane is 160 of them. */
export const mostTransactions = 400;

/** What the governor decides by, of all calls before this one. */
export async function readHistory(db: Db, loadId: number): Promise<History> {
  const transactions = await many<TransactionRow>(db, selectTransactions(loadId, mostTransactions));
  const first = await many<TransactionRow>(db, selectFirstTransactions(loadId));
  return {
    transactions: transactions.map(transactionOf),
    first: first.map(transactionOf),
    stops: stopsAmong(await many<WaitRow>(db, selectWaits(loadId))),
  };
}

function transactionOf({ at_ms: atMs, rows, written, ms, changes }: TransactionRow): Transaction {
  return { atMs, rows, written, ms, changes };
}

/** A second: the next reason to wait was found at the look that ended the one before it. */
const apartMs = 1_000;

/** Waits that are over; one that another reason went on with is the same stop. */
export function stopsAmong(waits: readonly WaitRow[]): readonly Stop[] {
  return waits.flatMap(({ signal, ended_at_ms: endedAtMs }, i) => {
    const next = waits[i + 1];
    if (endedAtMs === null || (next !== undefined && next.begun_at_ms - endedAtMs < apartMs)) return [];
    return [{ endedAtMs, isPause: signal === 'paused' }];
  });
}

/** What was asked for of it. */
export function wishOf({ contract, live, lanes }: PlannedLoad, lanesNow: number): Wish {
  const { targetBatchMs, live: said } = contract.traffic ?? {};
  return {
    batchRows: contract.limits.batchRows,
    ...(targetBatchMs === undefined ? {} : { targetBatchMs }),
    isLive: live?.isLive === true,
    isAlone: live?.isLive !== true && said === 'no',
    lanes: lanes ?? lanesNow,
  };
}
