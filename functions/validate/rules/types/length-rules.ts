import type { Leniency } from '../../../core/contract.ts';
import { sql } from '../../../core/sql.ts';
import { integer, type Operand } from '../rule.ts';
import type { Candidate } from './input-rules.ts';

/** varchar(n), char(n): TOO_LONG. The number of bytes is known without reading the text, and never smaller than that of characters. */
export function lengthRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  if (column.maxLength === null) return [];
  const kept = leniencies.includes('truncateText') ? sql`pg_catalog.rtrim(${value}, ' ')` : value;
  const limit = integer(column.maxLength);
  const after = `is longer than ${column.maxLength} characters (${column.type})`;
  return [
    {
      code: 'TOO_LONG',
      breach: sql`pg_catalog.octet_length(${value}) operator(pg_catalog.>) ${limit} and pg_catalog.char_length(${kept}) operator(pg_catalog.>) ${limit}`,
      after,
      helpers: ['truncateText', 'trimBlanks'],
    },
  ];
}
