import type { ContractColumn } from '../../core/contract.ts';
import type { Sql } from '../../core/sql.ts';
import { filledColumns } from '../../core/staging.ts';
import { execute, many, type Db } from '../../db/client.ts';
import { withOwnSettings } from '../../db/meanings.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { KeyedSlice } from '../keys-sql.ts';
import { createImages, dropContested, selectImages } from './contested-sql.ts';
import {
  createWanting,
  dropExclusions,
  type Exclusion,
  insertExcluded,
  selectExclusions,
  takeInTurn,
  updateHeldByRows,
} from './exclusions-sql.ts';
import { isComputed } from './is-computed.ts';
import { createEmptyStanding } from './standing-sql.ts';

/** What exclusion constraints of the target would say. */
export interface Excluded {
  readonly refused: number;
  /** In the order of their numbers. */
  readonly judged: readonly Exclusion[];
  /** Names of those that only the target itself can judge. */
  readonly unknown: readonly string[];
}

/**
 * Who would be refused by an exclusion constraint, in the order of the merge: by a row of the table through the constraint's own index,
 * by an earlier record through an empty table under the same constraint. They stand in the standing table; their numbers follow
 * `first`. None is asked where code of the owner may not write.
 */
export async function exclude(
  db: Db,
  { contract, loadId, fileColumns }: PlannedLoad,
  {
    slices,
    first,
    lined,
    isSheltered,
  }: { slices: readonly KeyedSlice[]; first: number; lined: boolean; isSheltered: boolean },
): Promise<Excluded> {
  const filled = filledColumns({ contract, fileColumns });
  const all = await many<Exclusion>(db, selectExclusions(contract.target.oid));
  const judged = all.filter((each) => !isSheltered && isJudged(each, filled));
  const unknown = all.filter((each) => !judged.includes(each)).map(({ name }) => name);
  if (judged.length === 0 || slices.length === 0) return { refused: 0, judged, unknown };
  const columns = [
    ...new Set([...judged.flatMap(({ reads }) => reads.map(({ name }) => name)), ...contract.businessKey]),
  ];
  await execute(db, createEmptyStanding(loadId));
  const failed: string[] = [];
  const excluded: number[] = [];
  for (const [i, exclusion] of judged.entries()) {
    const wanted = { loadId, exclusion, columns, lined };
    const isKnown = await isComputed(db, async () => {
      const query = selectImages(contract, filled, { loadId, slices: slices.map(({ slice }) => slice), columns });
      await withOwnSettings(db, () => execute(db, createImages(loadId, query)));
      const statements: readonly Sql[] = [
        createWanting(wanted),
        updateHeldByRows(contract, wanted),
        ...takeInTurn(wanted),
      ];
      for (const statement of statements) await execute(db, statement);
      const some = await execute(db, insertExcluded(wanted, first + i));
      await execute(db, dropExclusions(loadId));
      await execute(db, dropContested(loadId));
      excluded.push(some);
    });
    if (!isKnown) failed.push(exclusion.name);
  }
  const refused = excluded.reduce((sum, some) => sum + some, 0);
  return { refused, judged, unknown: [...unknown, ...failed] };
}

/** Its columns are known of every record, and it is asked at once. */
function isJudged({ keys, deferrable, reads }: Exclusion, filled: readonly ContractColumn[]): boolean {
  const names = new Set(filled.map(({ name }) => name));
  return (
    !deferrable &&
    keys.every(({ column }) => column !== null) &&
    reads.every(({ name, unfilled }) => names.has(name) || unfilled === 'null')
  );
}
