import { isAbsent, rowDiffers } from '../core/comparison.ts';
import type { ConflictChoice, Contract, ContractColumn } from '../core/contract.ts';
import { letter } from '../core/dispositions.ts';
import { ident, join, literal, sql, type Sql } from '../core/sql.ts';
import {
  always,
  defaulted,
  deleteMatching,
  doNothing,
  doUpdate,
  holdRows,
  insertOrJudge,
  insertPlainly,
  updateCounting,
  updateDiffering,
} from './keyed-sql.ts';
import type { Refusal } from './refusal.ts';
import type { ConflictRule } from './rule.ts';
import { isBuried } from './tombstones-sql.ts';

/** What a record may say becomes of its row, with the words for it where a dataset declares none: in any case. */
const words = {
  insert: ['I', 'insert'],
  update: ['U', 'update'],
  delete: ['D', 'delete'],
} as const;

/** An operation. */
type Operation = keyof typeof words;

function keyOf({ columns, businessKey }: Contract): readonly ContractColumn[] {
  return businessKey.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

/** Of strict operations. What the file says of its own records, and of rows, is judged before any of them counts (transform/refused/). */
const exists: Refusal = {
  code: 'ROW_EXISTS',
  judged: 'in the merge',
  isRefused: (contract, filled, disposition) =>
    disposition === 'new' ? sql`(not ${isAbsent(contract)} and ${rowDiffers(contract, filled)})` : sql`false`,
  columns: keyOf,
  words: ({ target: { schema, table } }) =>
    `is the key of a row of ${schema}.${table} by then, and strict operations insert no second one`,
};
const missing: Refusal = {
  code: 'NO_ROW',
  judged: 'in the merge',
  isRefused: (contract, _filled, disposition) => (disposition === 'changed' ? isAbsent(contract) : sql`false`),
  columns: keyOf,
  words: ({ target: { schema, table } }) =>
    `is the key of no row of ${schema}.${table} by then, and strict operations update none`,
};

/**
 * A column of the file says of each record what becomes of its row. Insert and update both write what the record says; a delete takes the
 * row away, and leaves a tombstone, so that an older file that comes late brings it not back. Records of a key act in
 * their order, so that the last one says what is there in the end.
 */
export const operations = {
  name: 'operations',
  words: ['operations'],
  summary: 'the COLUMN of the file says of each record: insert, update or delete',
  settings: { column: 'column', strict: 'flag', insert: 'texts', update: 'texts', delete: 'texts' },
  keeps: 'its records act one after the other, so the last one counts',
  demands: { key: true, update: true, insert: true },
  deletes: () => true,
  keepsWhereNull: false,
  versionColumns: () => [],
  asked: (choice) => ({
    column: textOf(choice, 'column') ?? '',
    words: [...wordsOf(choice, 'insert'), ...wordsOf(choice, 'update'), ...wordsOf(choice, 'delete')],
    isDeletion: (value) => isOneOf(value, wordsOf(choice, 'delete')),
    ...(isStrict(choice) && {
      strict: {
        isInsertion: (value) => isOneOf(value, wordsOf(choice, 'insert')),
        isUpdate: (value) => isOneOf(value, wordsOf(choice, 'update')),
        exists,
        missing,
      },
    }),
  }),
  duplicates: {
    order: () => sql`place desc`,
    contradict: false,
    folds: false,
    words: () => 'they act one after the other',
  },
  classify: {
    differs: rowDiffers,
    differing: () => letter('changed'),
    refusals: ({ conflict }) => (isStrict(conflict) ? [exists, missing] : []),
    inFull: (contract, filled, loadId) => sql`(case
    when ${isDeletion(contract)} then (case when ${isAbsent(contract)} then ${letter('unchanged')} else ${letter('deleted')} end)
    when ${isAbsent(contract)} then (case when ${isBuried(contract, loadId)} then ${letter('stale')} else ${letter('new')} end)
    when ${rowDiffers(contract, filled)} then ${letter('changed')}
    else ${letter('unchanged')}
  end)`,
  },
  write: {
    takesDefault: defaulted,
    insertNew: insertPlainly,
    updateChanged: (range) => updateDiffering(range, always),
    removeDeleted: deleteMatching,
    hold: (range, disposition) =>
      isStrict(range.contract.conflict) && disposition === 'changed' ? holdRows(range, disposition) : sql`select`,
    judgeAgain: (range, disposition) => {
      if (!isStrict(range.contract.conflict)) return insertOrJudge(range, disposition, doUpdate(range, always));
      return disposition === 'changed'
        ? updateCounting(range, disposition)
        : insertOrJudge(range, disposition, doNothing);
    },
    leavesDiffering: false,
  },
} as const satisfies ConflictRule;

/** The record `s` says that its row goes. */
function isDeletion({ conflict }: Contract): Sql {
  return isOneOf(sql`s.${ident(textOf(conflict, 'column') ?? '')}`, wordsOf(conflict, 'delete'));
}

function isOneOf(value: Sql, all: readonly string[]): Sql {
  return sql`(${value}::pg_catalog.text operator(pg_catalog.=) any (array[${join(all.map(literal))}]::pg_catalog.text[]))`;
}

function isStrict(choice: ConflictChoice): boolean {
  return choice['strict'] === 'yes';
}

/** A setting that is no list. */
function textOf(choice: ConflictChoice, setting: string): string | undefined {
  const value = choice[setting];
  return typeof value === 'string' ? value : undefined;
}

/** As declared, else those that are usual, in lower case, in upper case, and with a capital. */
function wordsOf(choice: ConflictChoice, operation: Operation): readonly string[] {
  const declared = textOf(choice, operation);
  if (declared !== undefined) return JSON.parse(declared) as readonly string[];
  const usual = words[operation].flatMap((word) => [
    word.toLowerCase(),
    word.toUpperCase(),
    `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`,
  ]);
  return [...new Set(usual)];
}
