import { rowDiffers } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { ident, sql, type Sql } from '../core/sql.ts';
import { typeSql } from '../core/type-name.ts';
import { always, defaulted, doUpdate, insertOrJudge, insertPlainly, updateDiffering } from './keyed-sql.ts';
import { noRefusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';
import { keptInWords, keptOrder, keptRecords, winner } from './winner.ts';

/**
 * The file is the whole truth, of the table or of its `replaceWhere`: records are written as under `update`, and rows that it does not
 * hold are deleted. Where `mark` names a column they stay, and that says since when they are missing, or that they are: the dataset
 * supplies its value for rows that are there, so a row that comes back is marked no more.
 */
export const replace = {
  name: 'replace',
  words: ['replace'],
  summary: 'the file is the whole truth: rows that it lacks are deleted, or marked in a COLUMN behind a =',
  settings: { mark: 'column or none', winner },
  keeps: keptRecords,
  demands: { key: true, update: true, insert: true },
  keepsWhereNull: false,
  versionColumns: () => [],
  deletes: ({ mark }) => mark === undefined,
  missing: {
    stands: (contract) => {
      const column = markColumn(contract);
      return column === null ? sql`true` : standsUnmarked(column);
    },
    remove: (contract, { from, matches }) => {
      const table = ident(contract.target.schema, contract.target.table);
      const column = markColumn(contract);
      if (column === null)
        return sql`
    delete from ${table} as t
    using ${from}
    where ${matches}`;
      return sql`
    update ${table} as t
    set ${ident(column.name)} = ${markOf(column)}
    from ${from}
    where ${matches}
      and ${standsUnmarked(column)}`;
    },
  },
  duplicates: { order: keptOrder, contradict: false, folds: false, words: keptInWords },
  classify: { differs: rowDiffers, differing: () => letter('changed'), refusals: noRefusal },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateDiffering(range, always),
    hold: null,
    judgeAgain: (range, disposition) => insertOrJudge(range, disposition, doUpdate(range, always)),
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;

function markColumn({ conflict, columns }: Contract): ContractColumn | null {
  const { mark } = conflict;
  if (mark === undefined) return null;
  const column = columns.find(({ name }) => name === mark);
  if (column === undefined)
    throw new Error(`the contract has no column ${[mark].flat().join(', ')}, which marks missing rows`);
  return column;
}

function standsUnmarked({ name, plainForm }: ContractColumn): Sql {
  return plainForm === 'boolean' ? sql`(t.${ident(name)} is not true)` : sql`(t.${ident(name)} is null)`;
}

/** True, or the moment of the transaction. */
function markOf({ plainForm, type }: ContractColumn): Sql {
  return plainForm === 'boolean' ? sql`true` : sql`pg_catalog.transaction_timestamp()::${typeSql(type)}`;
}
