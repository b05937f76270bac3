import { filledColumns } from '../core/staging.ts';
import { execute, many, type Db } from '../db/client.ts';
import { withOwnSettings } from '../db/meanings.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { replaceWarnings } from '../ledger/slices/warnings-sql.ts';
import type { KeyedSlice } from './keys-sql.ts';
import { createLost, dropLost, selectLostSlices } from './kin/lost-sql.ts';
import {
  insertRepeated,
  insertRepeatedVerdicts,
  type UniqueColumn,
  selectRepeatedWarnings,
} from './unique-values-sql.ts';

/**
 * Values that the dataset wants once in the file: of the records that have one, the first of the file that broke no other rule stays,
 * and the others are rejects. Before duplicates are sought: what is refused here beats nobody. Answers the slices that lost records;
 * quarantineLost takes them from there. A target that refers to itself has none of these (compile/declaration/rules).
 */
export async function judgeUnique(
  db: Db,
  load: PlannedLoad,
  slices: readonly KeyedSlice[],
): Promise<readonly number[]> {
  const { loadId } = load;
  const columns = filledColumns(load).flatMap((column): readonly UniqueColumn[] => {
    if (column.graded?.refuse?.unique === true) return [{ column, refuses: true }];
    return column.rules.unique === true ? [{ column, refuses: false }] : [];
  });
  if (columns.length === 0 || slices.length === 0) return [];
  await execute(db, dropLost(loadId));
  await execute(db, createLost(loadId));
  // equality may be that of an extension
  await withOwnSettings(db, () => execute(db, insertRepeated(loadId, slices, columns)));
  await execute(db, insertRepeatedVerdicts(loadId));
  const losing = await many<{ slice: number }>(db, selectLostSlices(loadId));
  if (losing.length === 0) await execute(db, dropLost(loadId));
  return losing.map(({ slice }) => slice);
}

/**
 * The same of columns whose rule only warns, among the records that are to be merged: into the receipts of their slices, in place of what
 * an earlier run found.
 */
export async function warnOfRepeated(
  db: Db,
  load: PlannedLoad,
  slices: readonly { readonly slice: number; readonly hasVerdicts: boolean }[],
): Promise<void> {
  const columns = filledColumns(load).filter(({ graded }) => graded?.warn?.unique === true);
  if (columns.length === 0 || slices.length === 0) return;
  await withOwnSettings(db, () =>
    execute(db, replaceWarnings(load.loadId, 'NOT_UNIQUE', selectRepeatedWarnings(load.loadId, slices, columns))),
  );
}
