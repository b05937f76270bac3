import { ruleOf } from '../../conflict/all.ts';
import type { Versions } from '../../conflict/rule.ts';
import { conditionsOf } from '../../core/arbiter/covered.ts';
import { printable } from '../../core/printable.ts';
import type { Supply } from '../../core/supplies/supply.ts';
import { sqlIdent } from '../../core/typed-again.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { Catalogue, CatalogueColumn, CatalogueIndex } from './catalogue.ts';
import { typeFacts } from './column-types.ts';
import { findColumn, isFilledByServer, refuseMisfits, unknownColumn } from '../declaration/declared-words.ts';
import type { Problem } from '../declaration/problems.ts';
import type { Dataset } from '../declaration/schema.ts';

/** Types of the columns that say when a version holds. */
const times = ['timestamptz', 'timestamp', 'date'] as const;

/** The columns of versions, where the dataset's rule keeps them; else null. */
export function versionsOf({ conflict }: Pick<Dataset, 'conflict'>): Versions | null {
  return ruleOf({ conflict }).versions?.(conflict) ?? null;
}

/** A version is known by its key and its time. */
export function keyedByVersion(dataset: Dataset): Dataset {
  const from = versionsOf(dataset)?.from;
  return from === undefined || dataset.key.includes(from) ? dataset : { ...dataset, key: [...dataset.key, from] };
}

/** Where the time of a version comes from that no column of the file is. @param at another column of the file's; null: none. */
export function timeOfVersion(at: string | null): Supply {
  return at === null ? { lineage: 'object-time' } : { derive: sqlIdent(at), columns: [at] };
}

/** Whether what the column has is of one row alone: a number that the server draws, or a part of a unique index. */
export function isOfOneRow({ name, identity, defaultExpression }: CatalogueColumn, catalogue: Catalogue): boolean {
  const isDrawn = identity !== '' || /\b(?:nextval|gen_random_uuid|uuidv[47])\(/.test(defaultExpression ?? '');
  return isDrawn || catalogue.uniqueIndexes.some(({ columns }) => columns.includes(name));
}

/** Refuses a table that cannot keep versions of its rows: columns that it lacks or that hold no times, and an index that lets a key have one row only. All problems at once. */
export function requireVersions(dataset: Dataset, catalogue: Catalogue): void {
  const versions = versionsOf(dataset);
  if (versions === null) return;
  const key = dataset.key.filter((name) => name !== versions.from);
  const problems = [
    ...problemsOfTimes(versions, catalogue),
    ...problemsOfCurrent(versions, catalogue),
    ...problemsOfAt(versions, catalogue),
    ...problemsOfTwins(versions, key),
    ...problemsOfSupplies(versions, dataset),
    ...(dataset.undo === true ? [noJournal] : []),
    ...catalogue.uniqueIndexes
      .filter((index) => isOneRowAKey(index, key, versions))
      .map(({ name }) => ({
        at: ['key'],
        message:
          `the unique index ${printable(name)} lets a key have one row, and history keeps one a version. ` +
          `Drop it, or make it one of the current rows: create unique index on ${sqlIdent(catalogue.schema, catalogue.table)} (${key.map((column) => sqlIdent(column)).join(', ')}) where ${sqlIdent(versions.current)};`,
      })),
  ];
  refuseMisfits(loadCodes.RULE, dataset, problems);
}

/** The journal keeps the row of a record's key, and a version ends that has another time. */
const noJournal: Problem = {
  at: ['undo'],
  message:
    'undo does not go with history: its journal would not know which versions a load ended. Leave undo out; what a row was before stands in the version before.',
};

function problem(setting: string, name: string, why: string): Problem {
  return { at: ['conflict', setting], message: `history writes ${showText(name)} (${setting}), but ${why}` };
}

/** Of a column of the table that the rule or the dataset fills: what is wrong with it, or the column. */
function writable(catalogue: Catalogue, name: string): CatalogueColumn | string {
  const column = findColumn(catalogue, name);
  if (column === undefined) return unknownColumn(catalogue, name);
  if (isFilledByServer(column)) return 'PostgreSQL fills that column itself.';
  return column;
}

function problemsOfTimes({ from, to }: Versions, catalogue: Catalogue): readonly Problem[] {
  const begins = writable(catalogue, from);
  const ends = writable(catalogue, to);
  const ofType = (setting: string, column: CatalogueColumn | string, name: string): readonly Problem[] => {
    if (typeof column === 'string') return [problem(setting, name, column)];
    return times.some((time) => time === typeFacts(column).plainForm) && !column.isDomain
      ? []
      : [problem(setting, name, `its type is ${column.type}: make it timestamptz, timestamp or date.`)];
  };
  const problems = [...ofType('validFrom', begins, from), ...ofType('validTo', ends, to)];
  if (problems.length > 0 || typeof begins === 'string' || typeof ends === 'string') return problems;
  if (begins.type !== ends.type)
    return [
      problem(
        'validTo',
        to,
        `its type is ${ends.type} and that of ${showText(from)} ${begins.type}: a version ends when the next one begins, so make them the same.`,
      ),
    ];
  const table = sqlIdent(catalogue.schema, catalogue.table);
  return ends.notNull
    ? [
        problem(
          'validTo',
          to,
          `it is NOT NULL, and the version that holds has no end. Run: alter table ${table} alter ${sqlIdent(to)} drop not null;`,
        ),
      ]
    : [];
}

function problemsOfCurrent({ current }: Versions, catalogue: Catalogue): readonly Problem[] {
  const column = writable(catalogue, current);
  if (typeof column === 'string') return [problem('current', current, column)];
  return typeFacts(column).plainForm === 'boolean' && !column.isDomain
    ? []
    : [problem('current', current, `its type is ${column.type}: make it boolean.`)];
}

function problemsOfAt({ at, from }: Versions, catalogue: Catalogue): readonly Problem[] {
  if (at === null || at === from) return [];
  const told = `conflict takes the time of a version from ${showText(at)}, but `;
  const column = findColumn(catalogue, at);
  const begins = findColumn(catalogue, from);
  if (column === undefined)
    return [
      {
        at: ['conflict', 'at'],
        message: `${told}${unknownColumn(catalogue, at)} Where only the file has it, rename it (columns.rename, --rename '${at}=${from}') and name ${showText(from)}.`,
      },
    ];
  if (isFilledByServer(column))
    return [{ at: ['conflict', 'at'], message: `${told}PostgreSQL fills that column itself.` }];
  return begins === undefined || begins.type === column.type
    ? []
    : [
        {
          at: ['conflict', 'at'],
          message: `${told}its type is ${column.type} and that of ${showText(from)} ${begins.type}: make them the same.`,
        },
      ];
}

function problemsOfTwins({ from, to, current, at }: Versions, key: readonly string[]): readonly Problem[] {
  const named = [...key, from, to, current, ...(at === null || at === from ? [] : [at])];
  const twins = named.filter((name, i) => named.indexOf(name) < i);
  return twins.map((name) => ({
    at: ['conflict'],
    message: `history needs columns of their own for key, times and current, and ${showText(name)} is named twice.`,
  }));
}

function problemsOfSupplies({ from, to, current, at }: Versions, { columns }: Dataset): readonly Problem[] {
  const supplied = [...Object.keys(columns.constants), ...Object.keys(columns.lineage), ...Object.keys(columns.derive)];
  const own = at === from ? [to, current] : [from, to, current];
  return supplied
    .filter((name) => own.includes(name))
    .map((name) => ({
      at: ['columns'],
      message: `${showText(name)} is written by history: no other field of the dataset fills it.`,
    }));
}

/** Partial ones are the target's to judge, unless they ask nothing of whether a version holds. */
function isOneRowAKey(
  { columns, partial, predicate }: CatalogueIndex,
  key: readonly string[],
  { to, current }: Versions,
): boolean {
  if (!columns.every((name) => name !== null && key.includes(name))) return false;
  if (!partial) return true;
  const conditions = conditionsOf(predicate ?? '');
  return conditions !== null && !conditions.some(({ column }) => column === to || column === current);
}
