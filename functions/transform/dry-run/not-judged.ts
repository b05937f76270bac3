import type { NotJudged } from '../../protocol/outcomes.ts';
import type { ContractColumn } from '../../core/contract.ts';
import type { Catalogue } from '../../compile/catalogue/catalogue.ts';

/**
 * What of the target may refuse rows and is asked by the merge alone: code of its owner, exclusion constraints, unique indexes
 * whose keys cannot be known beforehand, and constraints that read columns which the file does not fill.
 */
export function notJudged(
  { triggers, exclusions, checks, foreignKeys, columns }: Catalogue,
  filled: readonly ContractColumn[],
  unknownIndexes: readonly string[],
): readonly NotJudged[] {
  const names = new Set(filled.map(({ name }) => name));
  const moving = new Set([...names, ...columns.filter(({ generated }) => generated).map(({ name }) => name)]);
  const isPartlyFilled = (read: readonly string[] | null): boolean =>
    read === null || (read.some((name) => moving.has(name)) && !read.every((name) => names.has(name)));
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
      checks.filter((check) => isPartlyFilled(check.columns)),
    ),
    ...named(
      'foreign key',
      foreignKeys.filter((foreignKey) => isPartlyFilled(foreignKey.columns)),
    ),
  ];
}
