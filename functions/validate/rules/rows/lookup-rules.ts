import { areEqual } from '../../../core/comparison.ts';
import type { ColumnRules } from '../../../core/rules/column-rules.ts';
import { ident, sql } from '../../../core/sql.ts';
import { castToTarget, guarded, type JoinedForeignKey, type OperandOf, whereCastable } from './row-rules.ts';

/** Rules of one column, and whether breaking them refuses the load. */
export interface LookedUp {
  readonly column: string;
  readonly rules: ColumnRules | undefined;
  readonly refuses?: true;
}

/** Values that have to be in a column of another table: one join each with what is different there, as of a foreign key. NULL passes. */
export function lookupRules(columns: readonly LookedUp[], operandOf: OperandOf): readonly JoinedForeignKey[] {
  return columns.flatMap(({ column: name, rules, refuses }, position) => {
    const lookup = rules?.lookup;
    const operand = operandOf(name);
    if (lookup === undefined || !('table' in lookup) || operand === undefined) return [];
    const { schema, table, column } = lookup;
    const looked = ident(`lookup ${position}`);
    const isMissing = sql`${operand.value} is not null and ${looked}."key" is null`;
    return [
      {
        join: sql`left join (
  select distinct ${ident(column)} as "key"
  from ${ident(schema, table)}
) as ${looked} on ${areEqual(operand.column, sql`${looked}."key"`, guarded(operand, castToTarget(operand)))}`,
        rule: {
          code: 'LOOKUP',
          column: name,
          breach: whereCastable([operand], isMissing),
          bareBreach: isMissing,
          value: operand.text,
          before: `${name}: `,
          after: ` is not in ${schema}.${table} (${column})`,
          ...(refuses === true && { refuses }),
        },
      },
    ];
  });
}
