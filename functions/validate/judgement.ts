import type { Contract } from '../core/contract.ts';
import { type Sql, sql } from '../core/sql.ts';
import { datasetRules } from './dataset-rules.ts';
import { nullRules } from './null-rules.ts';
import type { Relation } from './relations.ts';
import { checkRules, type GuardedOperand, type OperatorsOf, foreignKeyRules, type JoinedForeignKey } from './row-rules.ts';
import { anyOf, type Operand, type Rule } from './rule.ts';
import { typeRules } from './type-rules.ts';

/** All that is asked of the records of one relation. */
export interface Judgement {
  readonly relation: Relation;
  /** Of single columns: empty cells, faults, types, the dataset's rules. */
  readonly columnRules: readonly Rule[];
  readonly checks: readonly Rule[];
  readonly foreignKeys: readonly JoinedForeignKey[];
}

/** What the contract leaves to the catalogue (catalogue-sql.ts). */
export interface TargetFacts {
  readonly operatorsOf: OperatorsOf;
  /** Collations of columns that differ from their type's own, as SQL. */
  readonly collations: ReadonlyMap<string, Sql>;
}

/** The rules that records of this relation can break; rules that none can break are left out. */
export function judgementOf(relation: Relation, contract: Contract, facts: TargetFacts): Judgement {
  const { businessKey, leniencies } = contract;
  const columns = relation.operands.map((operand) => ({ operand, types: typeRules(operand, leniencies) }));
  const guardedByName = new Map(
    columns.map(({ operand, types }) => [operand.column.name, guardedOperand(operand, types, facts)] as const),
  );
  const operandOf = (name: string): GuardedOperand | undefined => guardedByName.get(name);
  return {
    relation,
    columnRules: [
      ...relation.operands.flatMap((operand) => nullRules(operand, businessKey.includes(operand.column.name))),
      ...relation.cellRules,
      ...columns.flatMap(({ types }) => types),
      ...relation.operands.flatMap(datasetRules),
    ],
    checks: checkRules(contract.checks, operandOf),
    foreignKeys: foreignKeyRules(contract.foreignKeys, operandOf, facts.operatorsOf),
  };
}

function guardedOperand(operand: Operand, types: readonly Rule[], facts: TargetFacts): GuardedOperand {
  const faults = operand.isFaulty === null ? [] : [operand.isFaulty];
  return {
    ...operand,
    isUncastable: anyOf([...faults, ...types.map(({ breach }) => breach)]),
    collation: facts.collations.get(operand.column.name) ?? null,
  };
}

/** Every rule, in the order in which reasons are given. */
export function rulesOf({ columnRules, checks, foreignKeys }: Judgement): readonly Rule[] {
  return [...columnRules, ...checks, ...foreignKeys.map(({ rule }) => rule)];
}

/** The same, without what may raise: for records that did. */
export function withoutRaising(judgement: Judgement): Judgement {
  return { ...judgement, columnRules: judgement.columnRules.filter(({ mayRaise }) => mayRaise !== true), checks: [], foreignKeys: [] };
}

/** Whether a record may raise instead of being judged; null where none can. */
export function raisable({ columnRules, checks }: Judgement): Sql | null {
  return anyOf([...columnRules, ...checks].flatMap(({ mayRaise, breach }) => (mayRaise === true ? [breach] : [])));
}

/**
 * Whether a record breaks any rule; null where none can be broken. CHECKs and foreign keys are asked only where all columns
 * passed: then nothing has to be guarded again.
 */
export function breaksAny(judgement: Judgement): Sql | null {
  const columns = anyOf(judgement.columnRules.map(({ breach }) => breach));
  const rows = anyOf(
    [...judgement.checks, ...judgement.foreignKeys.map(({ rule }) => rule)].map((rule) => rule.breachIfCastable ?? rule.breach),
  );
  if (columns === null || rows === null) return columns ?? rows;
  return sql`case when ${columns} then true else ${rows} end`;
}
