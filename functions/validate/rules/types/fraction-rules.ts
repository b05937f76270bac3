import type { ContractColumn, Leniency } from '../../../core/contract.ts';
import { sql, trustedSql } from '../../../core/sql.ts';
import type { Operand } from '../rule.ts';
import type { Candidate } from './input-rules.ts';

const fractionTypes: Readonly<Partial<Record<ContractColumn['plainForm'], (digits: number) => string>>> = {
  time: (digits) => `time(${digits})`,
  timestamp: (digits) => `timestamp(${digits})`,
  timestamptz: (digits) => `timestamp(${digits}) with time zone`,
};

/** time(p), timestamp(p), FRACTION_TOO_FINE: fewer digits of a second than the six that staging keeps. */
export function fractionRules({ column, value }: Operand, leniencies: readonly Leniency[]): readonly Candidate[] {
  const type = fractionTypes[column.plainForm];
  if (type === undefined || column.scale === null || column.scale >= 6 || leniencies.includes('roundNumbers'))
    return [];
  return [
    {
      code: 'FRACTION_TOO_FINE',
      breach: sql`${value} operator(pg_catalog.<>) ${value}::${trustedSql(type(Math.trunc(column.scale)))}`,
      after: `has more digits of a second than ${column.type} keeps`,
      helpers: ['roundNumbers'],
    },
  ];
}
