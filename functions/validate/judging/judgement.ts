import { ruleOf } from '../../conflict/all.ts';
import type { Contract, ContractColumn, Leniency } from '../../core/contract.ts';
import { type Sql, sql } from '../../core/sql.ts';
import { UTC } from '../../core/time-zone.ts';
import { datasetRules } from '../rules/rows/dataset-rules.ts';
import { typeHint, withBlanksHint } from '../rules/leniency-hints.ts';
import { gradedRules } from '../rules/graded-rules.ts';
import { asCheck, recordRules } from '../rules/rows/record-rules.ts';
import { absentRowRules } from '../rules/rows/absent-row-rules.ts';
import { type LookedUp, lookupRules } from '../rules/rows/lookup-rules.ts';
import { nullRules } from '../rules/null-rules.ts';
import { hiding, hidingValue } from '../rules/hidden.ts';
import type { Relation } from './relations.ts';
import {
  breaksAnyCheck,
  checkRules,
  type GuardedOperand,
  type OperatorsOf,
  foreignKeyRules,
  type JoinedForeignKey,
} from '../rules/rows/row-rules.ts';
import { anyOf, type Operand, type Rule } from '../rules/rule.ts';
import type { CellReading } from '../rules/slice-cells.ts';
import { typeRules } from '../rules/types/type-rules.ts';

/** All that is asked of the records of one relation. */
export interface Judgement {
  readonly relation: Relation;
  /** Of single columns: empty cells, faults, types, the dataset's rules. */
  readonly columnRules: readonly Rule[];
  readonly checks: readonly Rule[];
  /** All of them at once, for a record whose columns broke no rule; null where there are none. */
  readonly anyCheck: Sql | null;
  readonly foreignKeys: readonly JoinedForeignKey[];
}

/** What the contract leaves to the catalogue (catalogue-sql.ts). */
export interface TargetFacts {
  readonly operatorsOf: OperatorsOf;
  /** Collations of columns that differ from their type's own, as SQL. */
  readonly collations: ReadonlyMap<string, Sql>;
  /** Functions that judge by a CHECK (check-functions.ts), by its name. */
  readonly checkFunctions: ReadonlyMap<string, Sql>;
  /** Functions that judge by a predicate of the dataset, by its name. */
  readonly recordRuleFunctions: ReadonlyMap<string, Sql>;
  /** When the load began, as the ledger has it: a second run judges alike. */
  readonly startedAt: Date;
}

/** The rules that records of this relation can break; rules that none can break are left out. */
export function judgementOf(relation: Relation, contract: Contract, facts: TargetFacts): Judgement {
  const { businessKey, leniencies, timeZone = UTC } = contract;
  const reading = { leniencies, timeZone };
  const moment = { startedAt: facts.startedAt, timeZone };
  const declared = (contract.recordRules ?? []).filter(({ severity }) => severity !== 'warn');
  const operandOf = guardedOperands(relation, contract, facts);
  return exemptingDeletions(contract, {
    relation,
    columnRules: [
      // first, so that they are in words whatever else is wrong: the gate looks for them
      ...gradedRules(relation.operands, 'refuse', { moment, leniencies }),
      ...relation.operands.flatMap((operand) => nullRules(operand, businessKey.includes(operand.column.name))),
      ...relation.cellRules,
      ...relation.operands.flatMap((operand) =>
        typeRules(operand, reading).map((rule) => withTypeHint(rule, operand, reading)),
      ),
      ...relation.operands.flatMap((operand) =>
        withBlanksHint((each) => datasetRules(each, moment), operand, leniencies),
      ),
    ].map((rule) => hidingValue(rule, relation.operands)),
    checks: [
      ...checkRules(contract, facts.checkFunctions, operandOf),
      ...recordRules(declared, facts.recordRuleFunctions, operandOf),
    ],
    anyCheck: eitherOf(
      breaksAnyCheck(contract.checks, facts.checkFunctions, operandOf),
      breaksAnyCheck(declared.map(asCheck), facts.recordRuleFunctions, operandOf),
    ),
    foreignKeys: [
      ...foreignKeyRules(contract.foreignKeys, operandOf, facts.operatorsOf, leniencies),
      ...lookupRules(contract.columns.flatMap(lookedUp), operandOf),
      ...absentRowRules(contract, operandOf),
    ],
  });
}

/** Of a record that asks that its row goes only the key counts, and that its cells can be read: nothing else of it is written. */
function exemptingDeletions(contract: Contract, judgement: Judgement): Judgement {
  const asked = ruleOf(contract).asked?.(contract.conflict);
  const operand = judgement.relation.operands.find(({ column }) => column.operation === true);
  if (asked === undefined || operand === undefined) return judgement;
  const stays = sql`(${asked.isDeletion(operand.text)} is not true)`;
  const counts = new Set([...contract.businessKey, asked.column]);
  const cellRules = new Set(judgement.relation.cellRules);
  const exempt = (rule: Rule): Rule => ({
    ...rule,
    breach: sql`(${stays} and (${rule.breach}))`,
    ...(rule.bareBreach !== undefined && { bareBreach: sql`(${stays} and (${rule.bareBreach}))` }),
  });
  return {
    ...judgement,
    columnRules: judgement.columnRules.map((rule) =>
      (rule.column !== null && counts.has(rule.column)) || cellRules.has(rule) ? rule : exempt(rule),
    ),
    checks: judgement.checks.map(exempt),
    anyCheck: judgement.anyCheck === null ? null : sql`(${stays} and (${judgement.anyCheck}))`,
    foreignKeys: judgement.foreignKeys.map((each) => ({ ...each, rule: exempt(each.rule) })),
  };
}

/** The columns of a relation, each with what says that its value must not be cast. */
export function guardedOperands(
  relation: Relation,
  { leniencies, timeZone = UTC }: Contract,
  facts: TargetFacts,
): (name: string) => GuardedOperand | undefined {
  const byName = new Map(
    relation.operands.map((operand) => {
      const types = typeRules(operand, { leniencies, timeZone });
      return [operand.column.name, hiding(guardedOperand(operand, types, leniencies, facts))] as const;
    }),
  );
  return (name) => byName.get(name);
}

function lookedUp({ name, rules, graded }: ContractColumn): readonly LookedUp[] {
  return [
    { column: name, rules },
    { column: name, rules: graded?.refuse, refuses: true },
  ];
}

function eitherOf(...conditions: readonly (Sql | null)[]): Sql | null {
  return anyOf(conditions.filter((condition) => condition !== null));
}

/** Behind PostgreSQL's own words, where the rule has them. */
function withTypeHint(rule: Rule, operand: Operand, reading: CellReading): Rule {
  if (rule.helpers === undefined) return rule;
  const hint = typeHint(operand, reading, rule.helpers);
  return {
    ...rule,
    detail: rule.detail === undefined ? hint : sql`pg_catalog.concat_ws('; ', ${rule.detail}, ${hint})`,
  };
}

function guardedOperand(
  operand: Operand,
  types: readonly Rule[],
  leniencies: readonly Leniency[],
  facts: TargetFacts,
): GuardedOperand {
  const faults = operand.isFaulty === null ? [] : [operand.isFaulty];
  return {
    ...operand,
    isUncastable: anyOf([...faults, ...types.map(({ breach }) => breach)]),
    isExact: !leniencies.includes('roundNumbers') && !leniencies.includes('truncateText'),
    collation: facts.collations.get(operand.column.name) ?? null,
  };
}

/** Every rule, in the order in which reasons are given. */
export function rulesOf({ columnRules, checks, foreignKeys }: Judgement): readonly Rule[] {
  return [...columnRules, ...checks, ...foreignKeys.map(({ rule }) => rule)];
}

/** The same, without what may raise: for records that did. */
export function withoutRaising(judgement: Judgement): Judgement {
  return {
    ...judgement,
    columnRules: judgement.columnRules.filter(({ mayRaise }) => mayRaise !== true),
    checks: [],
    anyCheck: null,
    foreignKeys: [],
  };
}

/** What may raise instead of judging a record. */
export function raisable({ columnRules, checks }: Judgement): readonly Rule[] {
  return [...columnRules, ...checks].filter(({ mayRaise }) => mayRaise === true);
}

/**
 * Whether a record breaks any rule; null where none can be broken. CHECKs and foreign keys are asked only where all columns
 * passed: then nothing has to be guarded again.
 */
export function breaksAny({ columnRules, anyCheck, foreignKeys }: Judgement): Sql | null {
  const columns = anyOf(columnRules.map(({ breach, bareBreach }) => bareBreach ?? breach));
  const points = foreignKeys.map(({ rule }) => rule.bareBreach ?? rule.breach);
  const rows = anyOf(anyCheck === null ? points : [anyCheck, ...points]);
  if (columns === null || rows === null) return columns ?? rows;
  return sql`case when ${columns} then true else ${rows} end`;
}
