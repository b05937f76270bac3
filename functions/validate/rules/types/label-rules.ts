import { sql } from '../../../core/sql.ts';
import { normalisers, type Operand, textArray } from '../rule.ts';
import type { Candidate } from './input-rules.ts';

/** Enums: NOT_IN_ENUM, with the first labels in words. */
export function labelRules({ column, value }: Operand): readonly Candidate[] {
  if (column.labels === null) return [];
  const breach =
    column.labels.length === 0
      ? sql`${value} is not null`
      : sql`${value} operator(pg_catalog.<>) all (${textArray(column.labels)})`;
  const after = `is not a label of ${column.type} (${listed(column.labels)})`;
  return [{ code: 'NOT_IN_ENUM', breach, after, helpers: normalisers }];
}

/** At most ten, so that a message stays readable. */
function listed(values: readonly string[]): string {
  return values.length <= 10 ? values.join(', ') : `${values.slice(0, 10).join(', ')} and ${values.length - 10} more`;
}
