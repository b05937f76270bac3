import type { ConflictChoice } from '../core/contract.ts';
import { sql, type Sql } from '../core/sql.ts';

/** The setting of rules under which one record of a key is kept: the last of the file, or the first. */
export const winner = ['last', 'first'] as const;

/** For people. */
export const keptRecords = 'the last one is kept, or the first where `winner` says so';

/** As a sequential reading would have it. */
export function keptOrder(choice: ConflictChoice): Sql {
  return choice['winner'] === 'first' ? sql`place` : sql`place desc`;
}

/** For the reason of a duplicate. */
export function keptInWords(choice: ConflictChoice): string {
  return `the ${choice['winner'] === 'first' ? 'first' : 'last'} one was kept`;
}
