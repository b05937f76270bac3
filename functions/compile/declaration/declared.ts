import { asksForDefault, problemsOfDrawn } from '../../cleaning/texts/nulls.ts';
import { namesColumns } from '../../core/format/file-format.ts';
import { ruleOf } from '../../conflict/all.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { defaultOf } from '../catalogue/column-default.ts';
import { typeFacts } from '../catalogue/column-types.ts';
import { cleaningOf, problemsOfCleaning } from './cleaning/declared-cleaning.ts';
import { showText } from '../../words/did-you-mean.ts';
import { findColumn, isFilledByServer, refuseMisfits, unknownColumn } from './declared-words.ts';
import type { Problem } from './problems.ts';
import type { Dataset } from './schema.ts';

/** Refuses a conflict rule that compares a version column which the target lacks or whose values have no order. */
export function requireVersionColumn(dataset: Dataset, catalogue: Catalogue): void {
  for (const name of ruleOf(dataset).versionColumns(dataset.conflict)) requireVersion(dataset, catalogue, name);
}

function requireVersion(dataset: Dataset, catalogue: Catalogue, versionColumn: string): void {
  const rule = ruleOf(dataset);
  const column = findColumn(catalogue, versionColumn);
  const refuse = (why: string): never => {
    throw new LoadRejected(
      loadCodes.VERSION_COLUMN,
      `Dataset ${dataset.name}: ${rule.words[0]} compares ${showText(versionColumn)}, but ${why}`,
    );
  };
  if (column === undefined) return refuse(unknownColumn(catalogue, versionColumn));
  if (isFilledByServer(column))
    return refuse(`PostgreSQL fills that column itself, so the file's rows have no version.`);
  if (!column.orderable) {
    return refuse(
      `its type ${column.type} has no order. Use a timestamp, a number or another type that can be sorted.`,
    );
  }
  if (dataset.key.includes(versionColumn)) {
    return refuse(`it is part of the business key, so two versions would be two rows. Take it out of one of the two.`);
  }
}

/** Refuses a rename to a column that the target lacks or that no file can fill; all of them at once. */
export function requireRenames(dataset: Dataset, catalogue: Catalogue): void {
  const problems = Object.entries(dataset.columns.rename).flatMap(([header, name]): readonly Problem[] => {
    const column = findColumn(catalogue, name);
    const told = `${showText(header)} is renamed to ${showText(name)}, but `;
    const at = ['columns', 'rename', header];
    if (column === undefined) return [{ at, message: `${told}${unknownColumn(catalogue, name)}` }];
    return isFilledByServer(column)
      ? [{ at, message: `${told}PostgreSQL fills that column itself. Ignore the header instead.` }]
      : [];
  });
  refuseMisfits(loadCodes.RENAME, dataset, problems);
}

/** Refuses steps of cleaning for columns that the target lacks or no file fills, and steps that do not fit the column; all of them at once. */
export function requireCleaning(dataset: Dataset, catalogue: Catalogue): void {
  const problems = Object.keys(dataset.columns.clean).flatMap((name) =>
    problemsOfClean(dataset, catalogue, name).map((message): Problem => ({ at: ['columns', 'clean', name], message })),
  );
  refuseMisfits(loadCodes.RULE, dataset, problems);
}

function problemsOfClean(dataset: Dataset, catalogue: Catalogue, name: string): readonly string[] {
  const column = findColumn(catalogue, name);
  if (name === '*') return problemsOfAllText(dataset, catalogue);
  if (column === undefined) return [`columns.clean names ${showText(name)}, but ${unknownColumn(catalogue, name)}`];
  if (isFilledByServer(column))
    return [`columns.clean names ${showText(name)}, but PostgreSQL fills that column itself.`];
  const facts = { ...column, ...typeFacts(column), ...defaultOf(column) };
  if (namesColumns({ kind: dataset.format }) && (/^jsonb?$|\[\]$/.test(facts.type) || facts.domainOf !== undefined))
    return [`columns.clean names ${showText(name)}, but of JSON values of ${facts.type} stay as they are.`];
  return problemsOfSteps(dataset, facts).map((problem) => `columns.clean of ${showText(name)}: ${problem}`);
}

/** Asked of the catalogue's column: what its steps would know of it. */
function problemsOfSteps(
  dataset: Dataset,
  facts: Parameters<typeof problemsOfCleaning>[0] & Parameters<typeof cleaningOf>[1],
): readonly string[] {
  const steps = cleaningOf(dataset, facts).clean ?? [];
  const identifies =
    dataset.key.includes(facts.name) || ruleOf(dataset).versionColumns(dataset.conflict).includes(facts.name);
  return [
    ...problemsOfCleaning(facts, steps),
    ...(asksForDefault(steps) ? problemsOfDrawn(facts, steps, identifies) : []),
  ];
}

/** The steps of `*`, asked of each column that has them; what is wrong with them is told once. */
function problemsOfAllText(dataset: Dataset, catalogue: Catalogue): readonly string[] {
  const columns = catalogue.columns
    .filter((column) => !isFilledByServer(column) && !Object.hasOwn(dataset.columns.clean, column.name))
    .map((column) => ({ ...column, ...typeFacts(column), ...defaultOf(column) }));
  const problems = columns.flatMap((facts) => problemsOfSteps(dataset, facts));
  return [...new Set(problems)].map((problem) => `columns.clean of "*": ${problem}`);
}

/** Refuses to capture unknown columns in anything but a column of json or jsonb that a file may fill. */
export function requireCapture(dataset: Dataset, catalogue: Catalogue): void {
  const { unknown } = dataset.columns;
  if (typeof unknown !== 'object') return;
  const name = unknown.capture;
  const column = findColumn(catalogue, name);
  const told = `columns.unknown captures what no column takes in ${showText(name)}, but `;
  const problems =
    column === undefined
      ? [`${told}${unknownColumn(catalogue, name)}`]
      : isFilledByServer(column) || !['json', 'jsonb'].includes(column.type)
        ? [`${told}its type is ${column.type}: it has to be a column of json or jsonb that a file may fill.`]
        : [];
  const at = ['columns', 'unknown', 'capture'];
  refuseMisfits(
    loadCodes.RULE,
    dataset,
    problems.map((message) => ({ at, message })),
  );
}
