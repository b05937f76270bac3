import { areEqual, asCompared, comparable, rowDiffers } from '../core/comparison.ts';
import type { ConflictChoice, Contract, ContractColumn } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { type Beats, defaulted, doUpdate, insertOrJudge, insertPlainly, updateDiffering } from './keyed-sql.ts';
import type { ConflictRule } from './rule.ts';

function versionColumns({ versionColumn = [] }: ConflictChoice): readonly string[] {
  return [versionColumn].flat();
}

function versions({ columns, conflict, dataset }: Contract): readonly ContractColumn[] {
  return versionColumns(conflict).map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new Error(`the contract of ${dataset} has no column ${name}`);
    return column;
  });
}

/**
 * The record has the larger version: the first column that differs says so. NULL is smaller than any value, so a row without a
 * version is older than any; records have no NULL there.
 */
const isNewer: Beats = (contract, ours) => {
  const newerFrom = ([column, ...others]: readonly ContractColumn[]): Sql => {
    if (column === undefined) return sql`false`;
    const theirs = asCompared(column, sql`t.${ident(column.name)}`);
    const mine = asCompared(column, ours(column, contract));
    const here = sql`(${mine} operator(pg_catalog.>) ${theirs}) or ((${theirs} is null) and (${mine} is not null))`;
    return others.length === 0
      ? sql`(${here})`
      : sql`(${here} or (${areEqual(column, mine, theirs)} and ${newerFrom(others)}))`;
  };
  return newerFrom(versions(contract));
};

/** Never of a row that lacks one. */
function isSameVersion(contract: Contract): Sql {
  const same = versions(contract).map((column) =>
    areEqual(column, sql`t.${ident(column.name)}`, comparable(column, contract)),
  );
  return sql`(${join(same, ' and ')})`;
}

function inWords(choice: ConflictChoice): string {
  return versionColumns(choice).join(', ');
}

/** The larger version wins. Of the same version there is one content: another one is a reject, whoever is right. */
export const newerWins = {
  name: 'newer-wins',
  words: ['newer-wins'],
  summary: 'the larger version wins, a smaller one is stale; the same one with other content is a reject',
  settings: { versionColumn: 'columns' },
  keeps: 'the largest version is kept',
  demands: { key: true, update: true, insert: true },
  keepsWhereNull: false,
  versionColumns,
  duplicates: {
    order: (choice) =>
      sql`${join(versionColumns(choice).map((_, i) => sql`${ident(`version${i + 1}`)} desc nulls last`))}, place`,
    contradict: true,
    folds: false,
    words: (choice) => `the one with the largest ${inWords(choice)} was kept, the first of the same`,
  },
  classify: {
    differs: rowDiffers,
    differing: (contract) =>
      sql`case when ${isNewer(contract, comparable)} then ${letter('changed')} else ${letter('stale')} end`,
    refusals: () => [
      {
        code: 'SAME_VERSION',
        isRefused: (contract, filled) => sql`(${isSameVersion(contract)} and ${rowDiffers(contract, filled)})`,
        columns: versions,
        words: () => 'is the version of the row in the table as well, which has other content',
      },
    ],
  },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateDiffering(range, isNewer),
    hold: null,
    judgeAgain: (range, disposition) => insertOrJudge(range, disposition, doUpdate(range, isNewer)),
    leavesDiffering: true,
  },
} as const satisfies ConflictRule;
