import type { Contract, ContractColumn } from '../contract.ts';
import { ident, sql, type Sql } from '../sql.ts';

/** A staged number `s` as the target stores it: where a leniency rounds, with fewer digits than the file has. No cast to a domain, whose CHECK would run. */
export function storedNumber({ name, scale, plainForm }: ContractColumn, { leniencies }: Contract): Sql {
  const value = sql`s.${ident(name)}::pg_catalog.numeric`;
  const rounds = plainForm === 'numeric' && scale !== null && leniencies.includes('roundNumbers');
  return rounds ? sql`pg_catalog.round(${value}, ${scale}::pg_catalog.int4)` : value;
}
