import { comparable, rowDiffers } from '../core/comparison.ts';
import type { ConflictChoice } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { ident, sql } from '../core/sql.ts';
import { type Beats, defaulted, doUpdate, insertOrJudge, insertPlainly, updateDiffering } from './keyed-sql.ts';
import type { ConflictRule } from './rule.ts';

function versionColumn(choice: ConflictChoice): string {
  return choice['versionColumn'] ?? '';
}

/** The record has the larger version; a row without one is older than any. */
const isNewer: Beats = (contract, ours) => {
  const name = versionColumn(contract.conflict);
  const column = contract.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`the contract of ${contract.dataset} has no column ${name}`);
  const theirs = sql`t.${ident(name)}`;
  const mine = ours(column, contract);
  return sql`((${mine} operator(pg_catalog.>) ${theirs}) or ((${theirs} is null) and (${mine} is not null)))`;
};

/** The larger version wins; ties change nothing. */
export const newerWins = {
  name: 'newer-wins',
  words: ['newer-wins'],
  summary: 'the larger version wins; a record with the same one or a smaller one counts as stale',
  settings: { versionColumn: 'column' },
  keeps: 'the largest version is kept',
  demands: { key: true, update: true },
  keepsWhereNull: false,
  versionColumn,
  duplicates: {
    order: () => sql`version desc nulls last, place desc`,
    folds: false,
    words: (choice) => `the one with the largest ${versionColumn(choice)} was kept`,
  },
  classify: {
    differs: rowDiffers,
    differing: (contract) =>
      sql`case when ${isNewer(contract, comparable)} then ${letter('changed')} else ${letter('stale')} end`,
  },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateDiffering(range, isNewer),
    judgeAgain: (range, disposition) => insertOrJudge(range, disposition, doUpdate(range, isNewer)),
    leavesDiffering: true,
  },
} as const satisfies ConflictRule;
