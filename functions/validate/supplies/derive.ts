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
import { derivationsOf, type Deriving, expressionsOf, withUnderived } from './derivations.ts';
import {
  createDeriveFunction,
  createUnderived,
  createValues,
  deriveFunction,
  type Derivation,
  dropDerived,
  insertUnread,
  insertValues,
  insertValuesOneByOne,
  selectWhetherUnderived,
  setDerived,
} from './derive-sql.ts';

/** Whether columns of the dataset are expressions. */
export function derives(contract: Contract): boolean {
  return suppliedColumns(contract).some(({ supplied }) => 'derive' in supplied);
}

/**
 * Computes the columns that are expressions of the dataset, for all records of a slice whose sound ones are in the typed half, and
 * has `use` judge them: the relation says of which records an expression came to nothing. What they call may read and write nothing;
 * they see the settings that role and database have for everybody, and the zone of the load. Inside a transaction; leaves no table behind.
 */
export async function withDerived<T>(
  db: Db,
  contract: Contract,
  { cells, facts }: Deriving,
  use: (relation: Relation) => Promise<T>,
): Promise<T> {
  const relation = typedRelation(cells);
  if (!derives(contract)) return await use(relation);
  const { loadId, slice, timeZone } = cells;
  const derivations = derivationsOf(relation, contract, { cells, facts });
  const functions = derivations.map((_, i) => deriveFunction(loadId, slice, i));
  await makeFunctions(db, contract, { cells, facts });
  await makeTemporary(db, createValues(derivations));
  await makeTemporary(db, createUnderived);
  await withOwnSettingsIn(db, timeZone, () => compute(db, relation, derivations));
  await withoutNestedLoops(db, () => execute(db, setDerived(loadId, slice, derivations)));
  await execute(db, insertUnread(derivations));
  const { underived } = await one<{ underived: boolean }>(db, selectWhetherUnderived);
  const answer = await use(underived ? withUnderived(relation, derivations) : relation);
  await execute(db, dropDerived);
  await execute(db, dropCheckFunctions(functions));
  return answer;
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
