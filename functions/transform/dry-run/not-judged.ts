import type { NotJudged } from '../../protocol/report-parts.ts';
import type { CheckRule, ContractColumn } from '../../core/contract.ts';
import type { Catalogue } from '../../compile/catalogue/catalogue.ts';

/** Columns that the file fills, all that a file may fill, and unique indexes that could not be asked. */
interface NotAsked {
  readonly filled: readonly ContractColumn[];
  readonly fillable: readonly ContractColumn[];
  readonly unknownIndexes: readonly string[];
  /** Exclusion constraints that could not be asked. */
  readonly exclusions: readonly string[];
  /** CHECKs that validation judges, of which each column is one that a file may fill. */
  readonly checks: readonly CheckRule[];
}

/**
 * What of the target may refuse rows and is asked by the merge alone: code of its owner, unique indexes and exclusion constraints
 * whose keys cannot be known beforehand, and constraints that read columns which the file does not fill, or where a NULL keeps
 * what the row has.
 */
export function notJudged(
  { triggers, checks, foreignKeys, columns }: Catalogue,
  { filled, fillable, unknownIndexes, exclusions, checks: rules }: NotAsked,
): readonly NotJudged[] {
  const names = new Set(filled.map(({ name }) => name));
  const moving = new Set([...names, ...columns.filter(({ generated }) => generated).map(({ name }) => name)]);
  const kept = new Set(fillable.filter(({ keptWhereNull }) => keptWhereNull === true).map(({ name }) => name));
  const isUnknown = (read: readonly string[] | null): boolean =>
    read === null ||
    (read.some((name) => moving.has(name)) && !read.every((name) => names.has(name) && !kept.has(name)));
  const named = (kind: NotJudged['kind'], all: readonly { readonly name: string }[]): readonly NotJudged[] =>
    all.map(({ name }) => ({ kind, name }));
  return [
    ...named(
      'trigger',
      triggers.filter(({ enabled }) => enabled),
    ),
    ...exclusions.map((name) => ({ kind: 'exclusion constraint', name }) as const),
    ...unknownIndexes.map((name) => ({ kind: 'unique index', name }) as const),
    ...named(
      'check',
      checks.filter(({ name, columns: read }) => isUnknown(rules.find((rule) => rule.name === name)?.columns ?? read)),
    ),
    ...named(
      'foreign key',
      foreignKeys.filter(
        ({ columns: read, period }) =>
          period === true || (isUnknown(read) && !(read.length === 1 && read.every((name) => names.has(name)))),
      ),
    ),
    ...named(
      'not null',
      fillable.filter(({ name, notNull, hasDefault }) => kept.has(name) && notNull && !hasDefault),
    ),
  ];
}
