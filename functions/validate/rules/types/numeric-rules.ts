import type { Leniency } from '../../../core/contract.ts';
import { literal, sql } from '../../../core/sql.ts';
import { integer, type Operand } from '../rule.ts';
import type { Candidate } from './input-rules.ts';

/** numeric(p,s): NUMERIC_OVERFLOW, and NUMERIC_SCALE where nothing may be rounded. */
export function numericRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  const { precision, scale } = column;
  if (column.plainForm !== 'numeric' || precision === null || scale === null) return [];
  const rounds = leniencies.includes('roundNumbers');
  const limit = sql`${literal(`1e${precision - scale}`)}::numeric`;
  const stored = rounds ? sql`pg_catalog.round(${value}, ${integer(scale)})` : value;
  const overflow: Candidate = {
    code: 'NUMERIC_OVERFLOW',
    // NaN is larger than any number, and stored as it is
    breach: sql`(${stored} operator(pg_catalog.>=) ${limit} or ${stored} operator(pg_catalog.<=) (operator(pg_catalog.-) ${limit}))
      and ${value} operator(pg_catalog.<>) 'NaN'::numeric`,
    after: `has more digits before the point than ${column.type} holds`,
  };
  const rounded: Candidate = {
    code: 'NUMERIC_SCALE',
    breach: sql`pg_catalog.scale(${value}) operator(pg_catalog.>) ${integer(scale)}
      and ${value} operator(pg_catalog.<>) pg_catalog.round(${value}, ${integer(scale)})`,
    after: `has more decimals than ${column.type} keeps`,
    helpers: ['roundNumbers'],
  };
  return rounds ? [overflow] : [overflow, rounded];
}
