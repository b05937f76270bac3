import type { Contract } from '../../core/contract.ts';
import { suppliedColumns } from '../../core/supplies/supplied.ts';
import { type Db, execute, one } from '../../db/client.ts';
import { withOwnSettingsIn } from '../../db/meanings.ts';
import { mayBeOfRow } from '../../db/own-code.ts';
import { withSavepoint } from '../../db/savepoint.ts';
import { withoutNestedLoops } from '../../db/settings.ts';
import { makeTemporary, readingOnly } from '../../db/sheltered.ts';
import { dropCheckFunctions } from '../judging/check-functions-sql.ts';
import { type Relation, typedRelation } from '../judging/relations.ts';
import type { SliceCells } from '../rules/slice-cells.ts';
import { insertUnreadOf, selectWhetherPlain, setPlain } from './plain-derive-sql.ts';
import { derivationsOf, type Deriving, expressionsOf, withUnderived } from './derivations.ts';
import {
  createDeriveFunction,
  createUnderived,
  createValues,
  deriveFunction,
  type Derivation,
  dropUnderived,
  dropValues,
  insertUnread,
  insertValues,
  insertValuesOneByOne,
  selectWhetherUnderived,
  setDerived,
} from './derive-sql.ts';
import type { Settings } from './lineage-sql.ts';

/** Whether columns of the dataset are expressions. */
export function derives(contract: Contract): boolean {
  return suppliedColumns(contract).some(({ supplied }) => 'derive' in supplied);
}

/**
 * Computes the columns that are expressions of the dataset, for all records of a slice whose sound ones are in the typed half, and
 * has `use` judge them: the relation says of which records an expression came to nothing. What they call may read and write nothing;
 * they see the settings that role and database have for everybody, and the zone of the load. Inside a transaction; leaves no table behind.
 * @param beside what the same update sets as well.
 */
export async function withDerived<T>(
  db: Db,
  contract: Contract,
  { cells, facts, beside }: Deriving & { readonly beside: Settings | null },
  use: (relation: Relation) => Promise<T>,
): Promise<T> {
  const relation = typedRelation(cells);
  if (!derives(contract)) return await use(relation);
  const { loadId, slice, timeZone } = cells;
  const derivations = derivationsOf(relation, contract, { cells, facts });
  const functions = derivations.map((_, i) => deriveFunction(loadId, slice, i));
  await makeFunctions(db, contract, { cells, facts });
  await makeTemporary(db, createUnderived);
  await withOwnSettingsIn(db, timeZone, async () => {
    const computed = { relation, derivations, beside };
    if (!(await fillPlain(db, cells, computed))) await fillSheltered(db, cells, computed);
  });
  const { underived } = await one<{ underived: boolean }>(db, selectWhetherUnderived);
  const answer = await use(underived ? withUnderived(relation, derivations) : relation);
  await execute(db, dropUnderived);
  await execute(db, dropCheckFunctions(functions));
  return answer;
}

interface Computed {
  readonly relation: Relation;
  readonly derivations: readonly Derivation[];
  readonly beside: Settings | null;
}

/**
 * Straight into staging, where the expressions call nothing that could write: false where they may, or where one raised on some record.
 * A fifth of the CPU of a load went into the temporary table and the join with it.
 */
async function fillPlain(
  db: Db,
  { loadId, slice }: Pick<SliceCells, 'loadId' | 'slice'>,
  { relation, derivations, beside }: Computed,
): Promise<boolean> {
  const { plain } = await one<{ plain: boolean }>(db, selectWhetherPlain(loadId, slice, derivations.length));
  if (!plain) return false;
  try {
    await withSavepoint(db, () => execute(db, setPlain(loadId, slice, derivations, beside)));
  } catch (error) {
    if (!mayBeOfRow(error)) throw error;
    return false;
  }
  const unread = insertUnreadOf(relation, derivations);
  if (unread !== null) await execute(db, unread);
  return true;
}

/** By a temporary table, which is all that the expressions could write. */
async function fillSheltered(
  db: Db,
  { loadId, slice }: Pick<SliceCells, 'loadId' | 'slice'>,
  { relation, derivations, beside }: Computed,
): Promise<void> {
  await makeTemporary(db, createValues(derivations));
  await compute(db, relation, derivations);
  await withoutNestedLoops(db, () => execute(db, setDerived(loadId, slice, derivations, beside)));
  await execute(db, insertUnread(derivations));
  await execute(db, dropValues);
}

async function compute(db: Db, relation: Relation, derivations: readonly Derivation[]): Promise<void> {
  try {
    await withSavepoint(db, () => readingOnly(db, true, () => execute(db, insertValues(relation, derivations))));
  } catch (error) {
    if (!mayBeOfRow(error)) throw error;
    await readingOnly(db, true, () => execute(db, insertValuesOneByOne(relation, derivations)));
  }
}

async function makeFunctions(db: Db, contract: Contract, { cells, facts }: Deriving): Promise<void> {
  for (const [i, expression] of expressionsOf(contract).entries()) {
    await execute(db, createDeriveFunction(deriveFunction(cells.loadId, cells.slice, i), expression, facts.collations));
  }
}
