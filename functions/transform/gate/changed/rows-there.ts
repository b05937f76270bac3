import { one, type Db } from '../../../db/client.ts';
import type { PlannedLoad } from '../../../ledger/loads/load.ts';
import type { Diff } from '../../../protocol/diff.ts';
import type { WouldBe } from '../../../ledger/loads/would-be-sql.ts';
import { countRows, explainRows } from './rows-there-sql.ts';

/** Rows of the target before the load: at least so many where no limit asks for more. */
export interface RowsThere {
  readonly rows: number;
  readonly isEstimate: boolean;
}

/** Rows that are counted one by one, about a second of reading. */
const mostCounted = 10_000_000;

/**
 * What shares are of; null where no limit is one, or nothing would be touched. Counted exactly, and only as far as it has to be:
 * a load that touches 300 rows is within a share of 0.1 once 3,000 rows are there. Beyond ten million the server's estimate is taken.
 */
export async function rowsThere(
  db: Db,
  { contract }: PlannedLoad,
  { counts, diff }: { readonly counts: WouldBe; readonly diff: Diff },
): Promise<RowsThere | null> {
  const { maxUpdatedShare, maxNullTurnedShare = {} } = contract.limits;
  const limits = [
    { share: maxUpdatedShare, touched: counts.updated },
    ...diff.columns.map(({ column, turnedNull }) => ({ share: maxNullTurnedShare[column], touched: turnedNull })),
  ];
  const asked = limits.flatMap(({ share, touched }) => (share === undefined || touched === 0 ? [] : [touched / share]));
  if (asked.length === 0) return null;
  const needed = Math.ceil(Math.max(...asked));
  const { rows } = await one<{ rows: number }>(db, countRows(contract, Math.min(needed, mostCounted)));
  if (rows < mostCounted || needed <= mostCounted) return { rows, isEstimate: false };
  const { 'QUERY PLAN': plan } = await one<{
    'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number } }];
  }>(db, explainRows(contract));
  return { rows: Math.max(rows, plan[0].Plan['Plan Rows']), isEstimate: true };
}
