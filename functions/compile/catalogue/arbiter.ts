import { ruleOf } from '../../conflict/all.ts';
import type { Condition } from '../../core/arbiter/condition.ts';
import { conditionsOf } from '../../core/arbiter/covered.ts';
import type { Dataset } from '../declaration/schema.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { printable } from '../../core/printable.ts';
import { sqlIdent } from '../../core/typed-again.ts';
import type { Catalogue, CatalogueIndex } from './catalogue.ts';
import { provableConditions } from './partial-arbiter.ts';
import { shownTarget } from '../../core/target-name.ts';
import { didYouMean, showList, showText } from '../../words/did-you-mean.ts';

/** Refuses a business key that ON CONFLICT could not use: unknown columns, unfillable ones, no unique index on exactly these, or several that do not agree. */
export function requireArbiter(catalogue: Catalogue, dataset: Keyed): void {
  const businessKey = dataset.key;
  requireKeyColumns(catalogue, businessKey);
  requirePartitionKey(catalogue, businessKey);
  const arbiters = arbitersOf(catalogue, dataset);
  // ON CONFLICT takes all of them, and one that is deferrable makes it fail
  if (arbiters.length > 0 && arbiters.every(({ deferrable }) => !deferrable)) {
    for (const name of businessKey) arbiterCollation(catalogue, dataset, name);
    return;
  }
  throw new LoadRejected(loadCodes.NO_UNIQUE_INDEX, explain(catalogue, businessKey));
}

type Keyed = Pick<Dataset, 'columns' | 'conflict' | 'key' | 'replay'>;

/** Those that cover every row; where there is none, partial ones of one predicate that provably cover each row of the load. */
function arbitersOf(catalogue: Catalogue, dataset: Keyed): readonly CatalogueIndex[] {
  const usable = catalogue.uniqueIndexes.filter(
    (index) => sameColumns(index, dataset.key) && index.usable && index.withoutOverlaps !== true,
  );
  const whole = usable.filter(({ partial }) => !partial);
  // what a file lacks would be deleted of the rows that the index does not cover as well
  if (whole.length > 0 || ruleOf(dataset).missing !== undefined) return whole;
  const provable = usable.filter((index) => provableConditions(index, catalogue, dataset) !== null);
  return provable.filter(({ predicate }) => predicate === provable[0]?.predicate);
}

/** What the arbiter asks of the rows that it covers, where it is partial. */
export function arbiterConditions(catalogue: Catalogue, dataset: Keyed): readonly Condition[] {
  const [arbiter] = arbitersOf(catalogue, dataset);
  return arbiter?.partial === true ? (provableConditions(arbiter, catalogue, dataset) ?? []) : [];
}

/**
 * The collation by which two values of a key column are one key: what ON CONFLICT's index calls equal, which may be more or
 * less than the column does (a nondeterministic collation of one of the two). As SQL; null: the column's own.
 * @throws LoadRejected where two indexes on the key call different texts equal.
 */
export function arbiterCollation(catalogue: Catalogue, dataset: Keyed, name: string): string | null {
  const arbiters = arbitersOf(catalogue, dataset);
  const others = arbiters.flatMap(({ collations }) => collations?.find(({ column }) => column === name) ?? []);
  const loose = new Set(others.flatMap(({ deterministic, collation }) => (deterministic ? [] : [collation])));
  // some index has the column's own collation
  const ownIsLoose = others.length < arbiters.length && others.some(({ ownDeterministic }) => !ownDeterministic);
  if (loose.size + (ownIsLoose ? 1 : 0) > 1) {
    throw new LoadRejected(
      loadCodes.NO_UNIQUE_INDEX,
      `The unique indexes of ${shownTarget(catalogue)} on exactly (${printable(dataset.key.join(', '))}) do not agree on which texts of ${showText(name)} are equal: ` +
        `their collations are nondeterministic and differ (${printable(arbiters.map((index) => index.name).join(', '))}). Drop one of them, or name other key columns.`,
    );
  }
  const [widest] = loose;
  if (widest !== undefined) return widest;
  return ownIsLoose ? null : (others[0]?.collation ?? null);
}

function requireKeyColumns(catalogue: Catalogue, businessKey: readonly string[]): void {
  const target = shownTarget(catalogue);
  for (const name of businessKey) {
    const column = catalogue.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      const known = catalogue.columns.map((candidate) => candidate.name);
      throw new LoadRejected(
        loadCodes.KEY_COLUMN,
        `The business key names ${showText(name)}, but ${target} has no such column.${didYouMean(name, known)} ` +
          `Its columns are ${showList(known)}.`,
      );
    }
    if (column.generated || column.identity === 'a') {
      throw new LoadRejected(
        loadCodes.KEY_COLUMN,
        `The business key names ${showText(name)}, but PostgreSQL fills that column of ${target} itself ` +
          `(${column.generated ? 'it is generated' : 'GENERATED ALWAYS AS IDENTITY'}), so no file can. ` +
          `Choose columns that the file brings, with a unique index on them` +
          (column.generated
            ? '.'
            : `, or run: alter table ${sqlIdent(catalogue.schema, catalogue.table)} alter ${sqlIdent(name)} set generated by default;`),
      );
    }
  }
}

function requirePartitionKey(catalogue: Catalogue, businessKey: readonly string[]): void {
  const outside = catalogue.partitionKey.filter((name) => name === null || !businessKey.includes(name));
  if (outside.length === 0) return;
  const names = outside.map((name) => (name === null ? 'an expression' : showText(name))).join(', ');
  // no unique index can hold what is computed
  const advice = outside.includes(null)
    ? 'Load a partition directly.'
    : 'Add it to the key, or load a partition directly.';
  throw new LoadRejected(
    loadCodes.PARTITION_KEY,
    `${shownTarget(catalogue)} is partitioned by ${names}, which the business key (${printable(businessKey.join(', '))}) does not hold. ` +
      `An update could then move a row to another partition, and no unique index can cover the key. ` +
      advice,
  );
}

function explain(catalogue: Catalogue, businessKey: readonly string[]): string {
  const reasons = catalogue.uniqueIndexes.map((index) => `  ${printable(index.name)}: ${whyNot(index, businessKey)}`);
  return [
    `${shownTarget(catalogue)} has no unique index on exactly (${printable(businessKey.join(', '))}) that can tell a new row from a known one.`,
    ...(reasons.length === 0 ? ['It has no unique index at all.'] : ['Its unique indexes:', ...reasons]),
    ...remedy(catalogue, businessKey),
  ].join('\n');
}

/** What can be done, and what stands in its way. */
function remedy(catalogue: Catalogue, businessKey: readonly string[]): readonly string[] {
  const unordered = catalogue.columns.find(({ name, orderable }) => businessKey.includes(name) && !orderable);
  if (unordered !== undefined) {
    const type = `the type ${printable(unordered.type)} of ${showText(unordered.name)}`;
    return [`Name other key columns: ${type} has no order, so that no index can be unique on it.`];
  }
  const table = sqlIdent(catalogue.schema, catalogue.table);
  const names = businessKey.map((name) => sqlIdent(name));
  const columns = names.join(', ');
  const onKey = catalogue.uniqueIndexes.filter((index) => sameColumns(index, businessKey));
  const deferrable = onKey.find((index) => index.deferrable);
  // a second index beside it would not help: ON CONFLICT takes both and fails
  if (deferrable !== undefined) {
    const constraint = sqlIdent(deferrable.name);
    return [
      'Name other key columns, or run:',
      `  alter table ${table} drop constraint ${constraint}, add unique (${columns});`,
    ];
  }
  const known = names.map((name) => `${name} is not null`).join(' and ');
  return [
    'Name other key columns, or run:',
    `  create unique index on ${table} (${columns});`,
    onKey.some(({ partial }) => partial)
      ? 'That fails where rows outside of the partial index repeat a key; if they are meant to, these columns are no key of the table. This shows them:'
      : 'That fails where rows repeat a key; this shows them:',
    `  select ${columns}, count(*) from ${table} where ${known} group by ${columns} having count(*) > 1;`,
    ...(catalogue.uniqueIndexes.some((index) => index.columns.includes(null))
      ? [
          'Or give the table a plain column for what the expression says, with a unique index on it, and name it in the key: columns.derive',
          "(--derive 'sku_lower=lower(sku)') fills it. A generated column cannot be one of a key, since no file fills it.",
        ]
      : []),
  ];
}

/** What of its predicate is in the way; of one that nobody read, nothing. */
function uncovered({ predicate }: CatalogueIndex): string {
  if (predicate === undefined || predicate === null) return '';
  const conditions = conditionsOf(predicate);
  return conditions === null
    ? `; of conditions only IS NULL, IS NOT NULL and boolean columns are understood, not ${printable(predicate)}`
    : `, and a new row does not fall under it by the defaults of ${printable(conditions.map(({ column }) => column).join(', '))}`;
}

/** Why an index cannot be the arbiter, in words. */
function whyNot(index: CatalogueIndex, businessKey: readonly string[]): string {
  const columns = printable(index.columns.map((name) => name ?? '<expression>').join(', '));
  if (index.columns.includes(null)) return `on (${columns}), an expression; only plain columns can be compared`;
  if (!sameColumns(index, businessKey)) return `on (${columns}), not on (${printable(businessKey.join(', '))})`;
  if (index.partial)
    return `on these columns, but partial: it has a WHERE and does not cover every row${uncovered(index)}`;
  if (index.withoutOverlaps === true) {
    return 'on these columns, but WITHOUT OVERLAPS: its rows differ by ranges that do not overlap, which ON CONFLICT refuses';
  }
  if (index.deferrable) {
    return 'on these columns, but deferrable, which ON CONFLICT refuses';
  }
  if (index.usable) return 'would do, but ON CONFLICT takes the deferrable one on the same columns as well, and fails';
  return 'on these columns, but invalid (an interrupted CREATE INDEX CONCURRENTLY?); drop it and build it again';
}

function sameColumns(index: CatalogueIndex, businessKey: readonly string[]): boolean {
  const columns = new Set(index.columns);
  return columns.size === businessKey.length && businessKey.every((name) => columns.has(name));
}
