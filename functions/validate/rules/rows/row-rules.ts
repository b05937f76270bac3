import { kindOfCheck } from '../../../core/rules/check-kinds.ts';
import {
  type CheckRule,
  type Contract,
  type ContractColumn,
  type ForeignKeyRule,
  type Leniency,
  isText,
} from '../../../core/contract.ts';
import { ident, join, literal, type Sql, sql } from '../../../core/sql.ts';
import { typeSql } from '../../../core/type-name.ts';
import { comparesOnly } from './compares-only.ts';
import { takenBy } from '../leniency-hints.ts';
import { trimmedBlanks } from '../normalise.ts';
import { anyOf, type Operand, type Rule } from '../rule.ts';

/** A column with what says that its value must not be cast to the column's own type: the cast could raise. */
export interface GuardedOperand extends Operand {
  readonly isUncastable: Sql | null;
  /** A value that passed the type rules is stored as it is: no leniency rounds or cuts it. */
  readonly isExact: boolean;
  /** A collation other than the type's own, as SQL. */
  readonly collation: Sql | null;
}

/** A column by its name; undefined where the file does not fill it. */
export type OperandOf = (column: string) => GuardedOperand | undefined;

/** The functions that judge by a CHECK, by its name. */
export type CheckFunctions = ReadonlyMap<string, Sql>;

/**
 * CHECK constraints whose columns the file fills all. Each is evaluated over the values as the target would hold them,
 * and only where all of them can be cast; NULL passes, as in PostgreSQL.
 */
export function checkRules(contract: Contract, functions: CheckFunctions, operandOf: OperandOf): readonly Rule[] {
  return rulesOfChecks(contract.checks, functions, operandOf, (check) => wordsOfCheck(check, contract));
}

/** The same of any conditions over a row: `say` has what a reason says of one. */
export function rulesOfChecks(
  checks: readonly CheckRule[],
  functions: CheckFunctions,
  operandOf: OperandOf,
  say: (check: CheckRule) => Pick<Rule, 'code' | 'after' | 'name' | 'refuses'>,
): readonly Rule[] {
  return judgeable(checks, functions, operandOf).map((judged) => ({
    ...say(judged.check),
    column: onlyColumn(judged.check.columns),
    breach: whereCastable(judged.operands, fails(judged)),
    value: together(judged.operands),
    before: `${judged.check.columns.join(', ')}: `,
    mayRaise: true,
    ofNulls: sql`${judged.judge}(${join(judged.check.columns.map(() => sql`null`))})`,
  }));
}

function wordsOfCheck(check: CheckRule, contract: Contract): Pick<Rule, 'code' | 'after'> {
  const table = `${contract.target.schema}.${contract.target.table}`;
  switch (kindOfCheck(check, contract)) {
    case 'match full':
      return {
        code: 'FOREIGN_KEY',
        after: ` is empty in part: the foreign key ${check.name} is MATCH FULL, so all of its columns are empty or none is`,
      };
    case 'partitions':
      return {
        code: 'NO_PARTITION',
        after: ` is taken by no partition of ${table}: \\d+ ${table} in psql shows which values they take`,
      };
    case 'check':
      return { code: 'CHECK', after: ` breaks the check ${check.name}: ${shortened(check.expression)}` };
  }
}

/** Whether a record whose values can all be cast breaks any of them. */
export function breaksAnyCheck(
  checks: readonly CheckRule[],
  functions: CheckFunctions,
  operandOf: OperandOf,
): Sql | null {
  return anyOf(judgeable(checks, functions, operandOf).map(fails));
}

interface JudgeableCheck {
  readonly check: CheckRule;
  readonly judge: Sql;
  readonly operands: readonly GuardedOperand[];
}

function judgeable(
  checks: readonly CheckRule[],
  functions: CheckFunctions,
  operandOf: OperandOf,
): readonly JudgeableCheck[] {
  return checks.flatMap((check) => {
    const operands = check.columns.map(operandOf);
    const judge = functions.get(check.name);
    if (judge === undefined || operands.length === 0) return [];
    return operands.every((operand) => operand !== undefined) ? [{ check, judge, operands }] : [];
  });
}

/** Where a NULL keeps what the row has, nobody knows here what the CHECK will see: such a record is the target's to judge. */
function fails({ check, judge, operands }: JudgeableCheck): Sql {
  const exact = !comparesOnly(check.expression, check.columns);
  const judged = sql`${judge}(${join(operands.map((operand) => castToTarget(operand, exact)))})`;
  const unknown = anyOf(operands.flatMap(({ column, isNull }) => (column.keptWhereNull === true ? [isNull] : [])));
  return unknown === null ? judged : sql`case when ${unknown} then false else ${judged} end`;
}

/** A foreign key as a rule; `join` brings the parent in. */
export interface JoinedForeignKey {
  readonly rule: Rule;
  /** The left join that the rule's breach reads. */
  readonly join: Sql;
}

/** Operators of a foreign key as SQL, one a column: `operator(public.=)`; they need not lie in pg_catalog (citext). */
export type OperatorsOf = (foreignKey: string) => readonly Sql[];

/** MATCH SIMPLE: a record with a NULL among the columns points nowhere and passes. One join a foreign key. */
export function foreignKeyRules(
  foreignKeys: readonly ForeignKeyRule[],
  operandOf: OperandOf,
  operatorsOf: OperatorsOf,
  leniencies: readonly Leniency[],
): readonly JoinedForeignKey[] {
  return foreignKeys.flatMap((foreignKey, position) => {
    const operands = foreignKey.columns.map(operandOf);
    if (operands.length === 0 || !operands.every((operand) => operand !== undefined)) return [];
    const parent = ident(`parent ${position}`);
    const operators = operatorsOf(foreignKey.name);
    const meets = (value: (operand: GuardedOperand) => Sql): Sql =>
      join(
        operands.map(
          (operand, i) =>
            sql`(${parent}.${ident(`key ${i}`)} ${operators[i] ?? sql`operator(pg_catalog.=)`} ${value(operand)})`,
        ),
        ' and ',
      );
    const keys = foreignKey.parentColumns.map((name, i) => sql`${ident(name)} as ${ident(`key ${i}`)}`);
    const parents = sql`(
  select ${join(keys)}
  from ${ident(foreignKey.parentSchema, foreignKey.parentTable)}
) as ${parent}`;
    const isMissing = join(
      [...operands.map(({ value }) => sql`${value} is not null`), sql`${parent}."key 0" is null`],
      ' and ',
    );
    return [
      {
        join: sql`left join ${parents} on ${meets((operand) => guarded(operand, castToTarget(operand)))}`,
        rule: {
          code: 'FOREIGN_KEY',
          column: onlyColumn(foreignKey.columns),
          breach: whereCastable(operands, isMissing),
          bareBreach: isMissing,
          value: together(operands),
          before: `${foreignKey.columns.join(', ')}: `,
          after: ` is not in ${foreignKey.parentSchema}.${foreignKey.parentTable} (${foreignKey.parentColumns.join(', ')})`,
          ...(leniencies.includes('trimBlanks') || !operands.some(isPlainText)
            ? {}
            : {
                detail: sql`case when exists (select from ${parents} where ${meets((operand) => castToTarget(trimmed(operand)))}) then ${takenBy('trimBlanks')} end`,
              }),
        },
      },
    ];
  });
}

/** Text whose cast to its own type runs no code of the target's owner. */
function isPlainText({ column }: Operand): boolean {
  return isText(column) && !column.isDomain;
}

function trimmed(operand: GuardedOperand): GuardedOperand {
  return isPlainText(operand) ? { ...operand, value: trimmedBlanks(operand.value) } : operand;
}

/** A value as the target would hold it. */
export function castToTarget({ value, column, collation, isExact }: GuardedOperand, exact = true): Sql {
  const cast = sql`${value}::${typeSql(isExact ? withoutSize(column, exact) : column.type)}`;
  return collation === null ? cast : sql`(${cast} collate ${collation})`;
}

/** A value that fits varchar(n) or numeric(p,s) as it is becomes the same value without the size, and sooner. */
function withoutSize({ type, plainForm }: ContractColumn, exact: boolean): string {
  if (type.startsWith('character varying(') && !type.endsWith(']')) return 'character varying';
  return !exact && plainForm === 'numeric' && type.startsWith('numeric(') ? 'numeric' : type;
}

/** A breach, where all values can be cast; else none. */
export function whereCastable(operands: readonly GuardedOperand[], breach: Sql): Sql {
  const uncastable = anyOf(operands.flatMap(({ isUncastable }) => (isUncastable === null ? [] : [isUncastable])));
  return uncastable === null ? breach : sql`case when ${uncastable} then false else ${breach} end`;
}

/** A value where it can be cast, else NULL. */
export function guarded({ isUncastable }: GuardedOperand, value: Sql): Sql {
  return isUncastable === null ? value : sql`case when ${isUncastable} then null else ${value} end`;
}

/** Their values, as a reason shows them. */
export function together(operands: readonly GuardedOperand[]): Sql {
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return only.text;
  return sql`pg_catalog.concat_ws(', ', ${join(operands.map(({ text }) => sql`coalesce(pg_catalog.left(${text}, 81), ${literal('NULL')})`))})`;
}

function onlyColumn(columns: readonly string[]): string | null {
  return columns.length === 1 ? (columns[0] ?? null) : null;
}

/** On one line: pg_get_expr breaks CASE and subselects over several. */
export function shortened(expression: string): string {
  const lines = expression.split('\n').map((line) => line.trim());
  const line = lines.filter((text) => text !== '').join(' ');
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}
