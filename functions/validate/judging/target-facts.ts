import type { RecordRule } from '../../core/rules/sql-rules.ts';
import { asCheck } from '../rules/rows/record-rules.ts';
import type { Contract, ContractColumn, FileColumn } from '../../core/contract.ts';
import { type Sql, trustedSql } from '../../core/sql.ts';
import { type Db, execute, many } from '../../db/client.ts';
import { selectCollations, selectForeignKeyOperators } from './catalogue-sql.ts';
import {
  checkFunction,
  createCheckFunction,
  dropCheckFunctions,
  recordRuleFunction,
  selectChecksOfOwnCode,
} from './check-functions-sql.ts';
import type { TargetFacts } from './judgement.ts';

/** The slice that is judged, and the file's columns. */
export interface JudgedCells {
  readonly loadId: number;
  readonly slice: number;
  readonly fileColumns: readonly FileColumn[];
  readonly supplied: readonly ContractColumn[];
  readonly startedAt: Date;
}

/**
 * What the contract does not carry: asked of the catalogue where a CHECK or foreign key needs it, and the functions that
 * judge by the CHECKs, made in this transaction. `use` is the time in which they are there.
 */
export async function withTargetFacts<T>(
  db: Db,
  contract: Contract,
  cells: JudgedCells,
  use: (facts: TargetFacts) => Promise<T>,
): Promise<T> {
  const { target, checks, foreignKeys, recordRules = [] } = contract;
  const operators =
    foreignKeys.length === 0
      ? []
      : await many<{ name: string; operators: string[] }>(db, selectForeignKeyOperators(target.oid));
  const found =
    checks.length === 0 && foreignKeys.length === 0 && recordRules.length === 0 && cells.supplied.length === 0
      ? []
      : await many<{ name: string; collation: string }>(db, selectCollations(target.oid));
  const operatorsByName = new Map(operators.map((row) => [row.name, row.operators.map(trustedSql)] as const));
  const collations = new Map(found.map(({ name, collation }) => [name, trustedSql(collation)] as const));
  const checkFunctions = await makeCheckFunctions(db, contract, cells, collations);
  const recordRuleFunctions = await makeRecordRuleFunctions(db, recordRules, cells, collations);
  const answer = await use({
    operatorsOf: (foreignKey) => operatorsByName.get(foreignKey) ?? [],
    collations,
    checkFunctions,
    recordRuleFunctions,
    startedAt: cells.startedAt,
  });
  const made = [...checkFunctions.values(), ...recordRuleFunctions.values()];
  if (made.length > 0) await execute(db, dropCheckFunctions(made));
  return answer;
}

/** One for each CHECK whose columns the file fills all. */
async function makeCheckFunctions(
  db: Db,
  { target, checks }: Contract,
  cells: JudgedCells,
  collations: ReadonlyMap<string, Sql>,
): Promise<ReadonlyMap<string, Sql>> {
  const { loadId, slice } = cells;
  const filled = filledByName(cells);
  const judged = checks.filter(({ columns }) => columns.length > 0 && columns.every((name) => filled.has(name)));
  if (judged.length === 0) return new Map();
  const own = await many<{ name: string }>(db, selectChecksOfOwnCode(target.oid));
  const made = new Map<string, Sql>();
  for (const [position, check] of judged.entries()) {
    const name = checkFunction(loadId, slice, position);
    const columns = check.columns.flatMap((column) => filled.get(column) ?? []);
    const callsOwnCode = check.generated !== undefined || own.some((each) => each.name === check.name);
    await execute(db, createCheckFunction(name, { check, columns, collations, callsOwnCode }));
    made.set(check.name, name);
  }
  return made;
}

/** One for each predicate of the dataset whose columns the file fills all. What it calls, nobody was asked. */
async function makeRecordRuleFunctions(
  db: Db,
  rules: readonly RecordRule[],
  cells: JudgedCells,
  collations: ReadonlyMap<string, Sql>,
): Promise<ReadonlyMap<string, Sql>> {
  const { loadId, slice } = cells;
  const filled = filledByName(cells);
  const made = new Map<string, Sql>();
  for (const [position, rule] of rules.entries()) {
    const columns = rule.columns.flatMap((name) => filled.get(name) ?? []);
    if (columns.length < rule.columns.length) continue;
    const name = recordRuleFunction(loadId, slice, position);
    await execute(db, createCheckFunction(name, { check: asCheck(rule), columns, collations, callsOwnCode: true }));
    made.set(rule.name, name);
  }
  return made;
}

function filledByName({ fileColumns, supplied }: JudgedCells): ReadonlyMap<string, ContractColumn> {
  const filled = [...fileColumns.flatMap(({ column }) => column ?? []), ...supplied];
  return new Map(filled.map((column) => [column.name, column] as const));
}
