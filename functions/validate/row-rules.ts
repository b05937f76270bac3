import type { CheckRule, ForeignKeyRule } from '../core/contract.ts';
import { ident, join, literal, type Sql, sql, trustedSql } from '../core/sql.ts';
import { anyOf, type Operand, type Rule } from './rule.ts';

/** A column with what says that its value must not be cast to the column's own type: the cast could raise. */
export interface GuardedOperand extends Operand {
  readonly isUncastable: Sql | null;
  /** A collation other than the type's own, as SQL. */
  readonly collation: Sql | null;
}

export type OperandOf = (column: string) => GuardedOperand | undefined;

/**
 * CHECK constraints whose columns the file fills all. Each is evaluated over the values as the target would hold them,
 * and only where all of them can be cast; NULL passes, as in PostgreSQL.
 */
export function checkRules(checks: readonly CheckRule[], operandOf: OperandOf): readonly Rule[] {
  return checks.flatMap((check) => {
    const operands = check.columns.map(operandOf);
    if (operands.length === 0 || !operands.every((operand) => operand !== undefined)) return [];
    const row = join(operands.map((operand) => sql`${castToTarget(operand)} as ${ident(operand.column.name)}`));
    const fails = sql`(select not (${trustedSql(check.expression)}) from (select ${row}) as checked)`;
    return [
      {
        code: 'CHECK',
        column: onlyColumn(check.columns),
        breach: whereCastable(operands, fails),
        breachIfCastable: fails,
        value: together(operands),
        before: `${check.columns.join(', ')}: `,
        after: ` breaks the check ${check.name}: ${shortened(check.expression)}`,
        mayRaise: true,
      },
    ];
  });
}

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
): readonly JoinedForeignKey[] {
  return foreignKeys.flatMap((foreignKey, position) => {
    const operands = foreignKey.columns.map(operandOf);
    if (operands.length === 0 || !operands.every((operand) => operand !== undefined)) return [];
    const parent = ident(`parent ${position}`);
    const operators = operatorsOf(foreignKey.name);
    const meets = operands.map((operand, i) => {
      const child = guarded(operand, castToTarget(operand));
      return sql`(${parent}.${ident(`key ${i}`)} ${operators[i] ?? sql`operator(pg_catalog.=)`} ${child})`;
    });
    const keys = foreignKey.parentColumns.map((name, i) => sql`${ident(name)} as ${ident(`key ${i}`)}`);
    const isMissing = join([...operands.map(({ value }) => sql`${value} is not null`), sql`${parent}."key 0" is null`], ' and ');
    return [
      {
        join: sql`left join (
  select ${join(keys)}
  from ${ident(foreignKey.parentSchema, foreignKey.parentTable)}
) as ${parent} on ${join(meets, ' and ')}`,
        rule: {
          code: 'FOREIGN_KEY',
          column: onlyColumn(foreignKey.columns),
          breach: whereCastable(operands, isMissing),
          breachIfCastable: isMissing,
          value: together(operands),
          before: `${foreignKey.columns.join(', ')}: `,
          after: ` is not in ${foreignKey.parentSchema}.${foreignKey.parentTable} (${foreignKey.parentColumns.join(', ')})`,
        },
      },
    ];
  });
}

function castToTarget({ value, column, collation }: GuardedOperand): Sql {
  const cast = sql`${value}::${trustedSql(column.type)}`;
  return collation === null ? cast : sql`(${cast} collate ${collation})`;
}

function whereCastable(operands: readonly GuardedOperand[], breach: Sql): Sql {
  const uncastable = anyOf(operands.flatMap(({ isUncastable }) => (isUncastable === null ? [] : [isUncastable])));
  return uncastable === null ? breach : sql`case when ${uncastable} then false else ${breach} end`;
}

function guarded({ isUncastable }: GuardedOperand, value: Sql): Sql {
  return isUncastable === null ? value : sql`case when ${isUncastable} then null else ${value} end`;
}

function together(operands: readonly GuardedOperand[]): Sql {
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return only.text;
  return sql`concat_ws(', ', ${join(operands.map(({ text }) => sql`coalesce(left(${text}, 81), ${literal('NULL')})`))})`;
}

function onlyColumn(columns: readonly string[]): string | null {
  return columns.length === 1 ? (columns[0] ?? null) : null;
}

function shortened(expression: string): string {
  return expression.length <= 200 ? expression : `${expression.slice(0, 200)}…`;
}
