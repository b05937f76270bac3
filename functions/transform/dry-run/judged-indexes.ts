import type { Contract, ContractColumn } from '../../core/contract.ts';
import type { UniqueIndex } from './unique-indexes-sql.ts';

/** The unique indexes of a target, by what a dry run can say of them. */
export interface SortedIndexes {
  /** Their keys can be computed for every record. */
  readonly judged: readonly UniqueIndex[];
  /** Only the target itself knows them. */
  readonly unknown: readonly UniqueIndex[];
}

/**
 * Which unique indexes a dry run judges. In neither list are those that no record can break: the business key's own, wider
 * ones that hold it, and those on a sequence's column that the file does not fill.
 */
export function sortedIndexes(
  indexes: readonly UniqueIndex[],
  { businessKey, arbiter, unfillableColumns = [] }: Pick<Contract, 'businessKey' | 'arbiter' | 'unfillableColumns'>,
  filled: readonly ContractColumn[],
): SortedIndexes {
  const names = new Set(filled.map(({ name }) => name));
  // rows that a partial arbiter does not cover may have the key as well
  const isHeld = (index: UniqueIndex): boolean =>
    holds(index, businessKey) && (arbiter === undefined || index.predicate !== null);
  // of the version that holds there is one, since the one before it ends first
  const ends = new Set(unfillableColumns.flatMap(({ name, why }) => (why === 'versions' ? [name] : [])));
  const isOfVersions = ({ reads }: UniqueIndex): boolean => reads.some(({ name }) => ends.has(name));
  const breakable = indexes.filter((index) => !isHeld(index) && !isFresh(index, names) && !isOfVersions(index));
  const isJudged = (index: UniqueIndex): boolean =>
    !index.deferrable &&
    index.keys.every(({ sortable }) => sortable) &&
    index.reads.every(({ name, unfilled }) => names.has(name) || unfilled === 'null');
  return { judged: breakable.filter(isJudged), unknown: breakable.filter((index) => !isJudged(index)) };
}

function holds({ keys }: UniqueIndex, businessKey: readonly string[]): boolean {
  return businessKey.length > 0 && businessKey.every((name) => keys.some(({ column }) => column === name));
}

function isFresh({ reads }: UniqueIndex, filled: ReadonlySet<string>): boolean {
  const [only, ...others] = reads;
  return only !== undefined && others.length === 0 && only.unfilled === 'fresh' && !filled.has(only.name);
}
