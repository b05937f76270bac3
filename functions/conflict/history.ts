import { isAbsent, rowDiffers } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { ident, sql, type Sql } from '../core/sql.ts';
import { insertFirstVersions, insertVersions, insertVersionsCounting, makeRoom } from './history-sql.ts';
import { defaulted } from './keyed-sql.ts';
import type { Refusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';
import { isLaterThere, joinVersions, named, versionColumns, versionsOf } from './versions-sql.ts';
import { keptInWords, keptOrder, winner } from './winner.ts';

/** Of one time there is one content. */
const sameTime: Refusal = {
  code: 'SAME_VERSION',
  isRefused: (contract, filled) => {
    const from = ident(versionsOf(contract).from.name);
    return sql`((t.${from} operator(pg_catalog.=) s.${from}) and ${differs(contract, filled)})`;
  },
  columns: (contract) => [versionsOf(contract).from],
  words: () => 'is the time of a version in the table as well, which has other content',
};

/** Versions behind it are there. What held at its time already is no news. */
const late: Refusal = {
  code: 'LATE_VERSION',
  judged: 'before the gate',
  isRefused: (contract, filled) =>
    sql`((${isAbsent(contract)} or ${differs(contract, filled)}) and ${isLaterThere(contract)})`,
  columns: (contract) => [versionsOf(contract).from],
  words: () => `is before a version that the table has, and history takes none in between unless \`late\` is insert`,
};

/** The time of a version is none of its content. */
function differs(contract: Contract, filled: readonly ContractColumn[]): Sql {
  const { at } = versionColumns(contract.conflict);
  return rowDiffers(
    contract,
    filled.filter(({ name }) => name !== at),
  );
}

/**
 * A record that says something else than the version that holds at its time becomes a version of its own: the one before it ends where it
 * begins, and nothing is overwritten. Records of a key act in the order of their times.
 */
export const history = {
  name: 'history',
  words: ['history'],
  summary: 'the row stays as a version that ended, the record is the next one, as of COLUMN or of the file',
  settings: {
    at: 'column or none',
    validFrom: { byDefault: named.validFrom },
    validTo: { byDefault: named.validTo },
    current: { byDefault: named.current },
    late: ['reject', 'insert'],
    winner,
  },
  keeps: 'each time is a version; of one time the last one is kept, or the first where `winner` says so',
  demands: { key: true, update: true, insert: true },
  versions: versionColumns,
  keepsWhereNull: false,
  versionColumns: () => [],
  duplicates: { order: keptOrder, contradict: false, folds: false, words: keptInWords },
  classify: {
    differs,
    differing: () => letter('changed'),
    joined: joinVersions,
    refusals: ({ conflict }) => (conflict['late'] === 'insert' ? [sameTime] : [sameTime, late]),
  },
  write: {
    takesDefault: defaulted,
    insertNew: insertFirstVersions,
    makeRoom: (range) => makeRoom(range, 'changed'),
    updateChanged: insertVersions,
    hold: makeRoom,
    judgeAgain: insertVersionsCounting,
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;
