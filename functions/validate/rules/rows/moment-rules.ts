import { boundKind } from '../../../compile/declaration/rules/bounds.ts';
import type { ContractColumn } from '../../../core/contract.ts';
import { literal, type Sql, sql } from '../../../core/sql.ts';
import type { Operand, Rule } from '../rule.ts';

/** What time it is for a load, whenever it is judged: it began then, and reads days and moments without an offset in this zone. */
export interface MomentOfLoad {
  readonly startedAt: Date;
  readonly timeZone: string;
}

/** Whether a column's values lie on the line of time. */
export function isMoment({ plainForm }: ContractColumn): boolean {
  return plainForm === 'date' || plainForm === 'timestamp' || plainForm === 'timestamptz';
}

/** A declared `min` or `max` as a value of the column; its form was checked with the dataset. */
export function momentBound({ plainForm, timeZone }: ContractColumn, written: string, ofLoad: string): Sql {
  if (plainForm === 'date') return sql`${literal(written)}::pg_catalog.date`;
  if (plainForm === 'timestamp') return sql`${literal(written)}::pg_catalog.timestamp`;
  return boundKind(written) === 'zonedMoment'
    ? sql`${literal(written)}::pg_catalog.timestamptz`
    : sql`pg_catalog.timezone(${literal(timeZone ?? ofLoad)}, ${literal(written)}::pg_catalog.timestamp)`;
}

/** Values after, or before, the start of the load. A day is compared with the day that it is in the load's zone. */
export function momentRules({ column, value, text }: Operand, moment: MomentOfLoad): readonly Rule[] {
  const { notFuture, notPast } = column.rules;
  const start = startFor(column, moment);
  const shown = shownStart(column, moment);
  const common = { column: column.name, value: text, before: `${column.name}: ` };
  return [
    ...(notFuture === true
      ? [
          {
            ...common,
            code: 'IN_FUTURE' as const,
            breach: sql`${value} operator(pg_catalog.>) ${start}`,
            after: ` lies in the future: the load began ${shown}`,
          },
        ]
      : []),
    ...(notPast === true
      ? [
          {
            ...common,
            code: 'IN_PAST' as const,
            breach: sql`${value} operator(pg_catalog.<) ${start}`,
            after: ` lies in the past: the load began ${shown}`,
          },
        ]
      : []),
  ];
}

function startFor({ plainForm, timeZone }: ContractColumn, { startedAt, timeZone: ofLoad }: MomentOfLoad): Sql {
  const start = sql`${literal(startedAt.toISOString())}::pg_catalog.timestamptz`;
  if (plainForm === 'timestamptz') return start;
  const there = sql`pg_catalog.timezone(${literal(timeZone ?? ofLoad)}, ${start})`;
  return plainForm === 'date' ? sql`${there}::pg_catalog.date` : there;
}

function shownStart({ plainForm, timeZone }: ContractColumn, { startedAt, timeZone: ofLoad }: MomentOfLoad): string {
  const moment = `at ${startedAt.toISOString()}`;
  return plainForm === 'timestamptz' ? moment : `${moment}, compared in ${timeZone ?? ofLoad}`;
}
