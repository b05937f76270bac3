import { sql } from '../../core/sql.ts';
import type { Operand, Rule } from './rule.ts';

/** Empty cells where there must be a value: one reason a column, the business key first. */
export function nullRules(operand: Operand, isKey: boolean): readonly Rule[] {
  const { column, isNull: breach } = operand;
  const rule = (code: 'KEY_NULL' | 'NOT_NULL', words: string): readonly Rule[] => [
    { code, column: column.name, breach, value: null, before: `${column.name}: `, after: words },
  ];
  if (isKey) return rule('KEY_NULL', 'is empty, but belongs to the business key that identifies the row');
  if (column.notNull && column.keptWhereNull !== true) {
    return rule(
      'NOT_NULL',
      column.hasDefault
        ? 'is empty, but the column is NOT NULL; its default applies only where the file does not have the column, or with empty:default among its steps of cleaning'
        : 'is empty, but the column is NOT NULL',
    );
  }
  return requiredRule(operand);
}

/** Empty cells where the dataset requires a value. */
export function requiredRule({ column, isNull: breach }: Operand): readonly Rule[] {
  if (column.rules.required !== true || column.drawsDefault === true) return [];
  const after = 'is empty, but the dataset requires a value';
  return [{ code: 'REQUIRED', column: column.name, breach, value: null, before: `${column.name}: `, after }];
}

/** What the typed rules call an empty column. */
export function emptyTyped(value: Operand['value']): Operand['isNull'] {
  return sql`${value} is null`;
}
