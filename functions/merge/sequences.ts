import type { MovedSequence } from '../protocol/outcomes.ts';
import type { ContractColumn, TargetTable } from '../core/contract.ts';
import { filledColumns } from '../core/staging.ts';
import { execute, many, maybeOne, one, transaction, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import type { Load } from '../ledger/loads/load.ts';
import { updateSequences } from '../ledger/loads/loads-sql.ts';
import { advance, advanceByHand, type OwnedSequence, selectFarthest, selectOwnedSequences } from './sequences-sql.ts';

/** Some 0.1 s; in the microseconds that matter nobody else draws as many. */
const mostDraws = 100_000;

/** A unique column has an index that answers at once; where there is none, the table is read, for so long at most. */
const limits = { lockTimeoutMs: 5_000, statementTimeoutMs: 60_000 };

/**
 * Sequences that the loaded columns own go on behind what is in the table, or the application's next INSERT would meet a
 * loaded key. Never backward. Where the role may not move one, or the server refuses it, the report has the statement to
 * run; the load is loaded all the same.
 */
export async function advanceSequences(db: Db, { loadId, contract, fileColumns }: Load): Promise<void> {
  if (contract === null || fileColumns === null) return;
  const { target } = contract;
  const columns = filledColumns({ contract, fileColumns })
    .filter(mayHaveSequence)
    .map(({ name }) => name);
  if (columns.length === 0) return;
  const moved: MovedSequence[] = [];
  for (const owned of await many<OwnedSequence>(db, selectOwnedSequences(target, columns))) {
    const told = await advanced(db, target, owned);
    if (told !== null) moved.push(told);
  }
  // a second run finds none behind, and leaves what the first one told
  if (moved.length > 0) await execute(db, updateSequences(loadId, moved));
}

function mayHaveSequence({ hasDefault, plainForm }: ContractColumn): boolean {
  return hasDefault && ['int2', 'int4', 'int8', 'numeric'].includes(plainForm);
}

/** Null where it is not behind. */
async function advanced(db: Db, target: TargetTable, owned: OwnedSequence): Promise<MovedSequence | null> {
  const { column, sequence } = owned;
  try {
    return await transaction(db, limits, async () => {
      const { value } = await one<{ value: string | null }>(db, selectFarthest(target, owned));
      const to = value === null ? null : await maybeOne<{ movedTo: string }>(db, advance(owned, value, mostDraws));
      return to === null ? null : { column, sequence, movedTo: to.movedTo, statement: null };
    });
  } catch (error) {
    if (sqlState(error) === null) throw error;
    return { column, sequence, movedTo: null, statement: advanceByHand(target, owned) };
  }
}
