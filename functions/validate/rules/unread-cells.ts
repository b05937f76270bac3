import { cleaningFaults } from '../../cleaning/step.ts';
import type { ContractColumn } from '../../core/contract.ts';
import { literal, type Sql, sql } from '../../core/sql.ts';
import { integer, type Rule } from './rule.ts';

/** Among the numbers of a cell's faults: a step of cleaning could not read it. */
export const UNREAD = integer(-1);

/** jsonb `{ code, words }` of the step that could not read the cell; NULL where all could. */
export function unreadAt(source: Sql, position: number): Sql {
  return sql`(${source}.unread operator(pg_catalog.->) ${literal(String(position + 1))})`;
}

/** What a step could not read, by its own code and in its own words. @param found the cell, and the number of its fault. */
export function unreadRules(
  column: ContractColumn,
  position: number,
  found: { readonly cell: Sql; readonly fault: Sql },
): readonly Rule[] {
  if (column.clean === undefined) return [];
  const unread = unreadAt(sql`found`, position);
  return cleaningFaults.map((code) => ({
    code,
    column: column.name,
    breach: sql`(${found.fault} operator(pg_catalog.=) ${UNREAD}) and ((${unread} operator(pg_catalog.->>) 'code') operator(pg_catalog.=) ${literal(code)})`,
    value: found.cell,
    before: `${column.name}: `,
    after: '',
    said: sql`(${unread} operator(pg_catalog.->>) 'words')`,
  }));
}
