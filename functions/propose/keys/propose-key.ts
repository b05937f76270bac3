import { count, plural } from '../../words/quantities.ts';
import { showText } from '../../words/did-you-mean.ts';
import type { ColumnStatistics } from '../columns/column-statistics.ts';
import { type KeyColumn, keyColumns } from './candidates.ts';
import { columnSets } from './column-sets.ts';
import { HashSet } from './hash-set.ts';
import { hashOfCells, RowHashes } from './row-hashes.ts';
import { mostHashes, UniqueColumns } from './unique-columns.ts';

/** Columns whose values tell the records of a file apart. */
export interface ProposedKey {
  /** In the file, from 0; none: nothing does. */
  readonly columns: readonly number[];
  readonly why: string;
}

/** What was seen of the whole file. */
export interface Seen {
  readonly names: readonly string[];
  readonly statistics: readonly ColumnStatistics[];
  readonly hashes: RowHashes;
  /** Of the columns by themselves. */
  readonly singles: UniqueColumns;
}

/** Reads the file again, record by record. */
export type ReadAgain = () => AsyncIterable<readonly (Buffer | null)[]>;

/** Columns of a key at most: with more nobody knows a row by it. */
const mostColumns = 4;
/** Columns that are put together; the likeliest of more. */
const mostTried = 20;
/** Records that are looked at in that search, over all sets: some seconds. */
const mostSteps = 40_000_000;
/** Sets that one more reading of a large file is asked of. */
const mostAsked = 8;
/** Readings of the whole file at most. */
const mostReadings = 8;
/** Fewer records are different in many a column by chance. */
const fewRecords = 100;

/**
 * The leftmost column that looks like a key and has another value in each record, else the smallest set of columns that together
 * have. Of a file that is larger than memory the first records say what may be a key, and the file is read again to prove it.
 */
export async function proposeKey(seen: Seen, readAgain: ReadAgain): Promise<ProposedKey> {
  const { hashes } = seen;
  if (hashes.records === 0) return { columns: [], why: 'the file has no record that could be told from another' };
  const able = keyColumns(seen.names, seen.statistics);
  const proven = new Set(seen.singles.unique.map(([column]) => column));
  const single = able.find(({ at }) => proven.has(at));
  if (single !== undefined) return { columns: [single.at], why: whyUnique(seen, [single.at]) };
  const open = seen.singles.putOff.filter(([column]) => able.some(({ at }) => at === column));
  const first = await firstProven(open, seen, readAgain);
  if (first !== null) return { columns: first, why: whyUnique(seen, first) };
  const search = new Search(seen, able.slice(0, mostTried));
  // measures tell records apart by chance: they are asked last
  for (const mostRank of [1, 2]) {
    for (let size = 2; size <= mostColumns && !search.isExhausted; size += 1) {
      const likely = search.uniqueSets(size, mostRank);
      const set = hashes.isAll ? (likely[0] ?? null) : await firstProven(likely, seen, readAgain);
      if (set !== null) return { columns: set, why: whyUnique(seen, set) };
    }
  }
  return { columns: [], why: whyNone(seen, able, search) };
}

/** Sets of columns by the hashes that were kept. */
class Search {
  readonly #seen: Seen;
  readonly #able: readonly KeyColumn[];
  readonly #distinct: ReadonlyMap<number, number>;
  #steps = 0;

  constructor(seen: Seen, able: readonly KeyColumn[]) {
    this.#seen = seen;
    this.#able = able;
    this.#distinct = new Map(able.map(({ at }) => [at, new Set(seen.hashes.of(at)).size]));
  }

  get isExhausted(): boolean {
    return this.#steps >= mostSteps;
  }

  /** The first that no two of the kept records share; several where the file has more records than those. */
  uniqueSets(size: number, mostRank: number): readonly (readonly number[])[] {
    const { hashes } = this.#seen;
    const found: (readonly number[])[] = [];
    const able = this.#able.filter(({ rank }) => rank <= mostRank);
    for (const set of columnSets(able, size)) {
      if (this.isExhausted || found.length === (hashes.isAll ? 1 : mostAsked)) break;
      const most = set.reduce((product, column) => product * (this.#distinct.get(column) ?? 0), 1);
      if (most >= hashes.kept && this.#isUnique(set)) found.push(set);
    }
    return found;
  }

  #isUnique(set: readonly number[]): boolean {
    const { hashes } = this.#seen;
    const columns = set.map((column) => hashes.of(column));
    const places = columns.map((_, i) => i);
    const row = new Float64Array(columns.length);
    const known = new HashSet();
    for (let record = 0; record < hashes.kept; record += 1) {
      this.#steps += 1;
      columns.forEach((column, i) => (row[i] = column[record] as number));
      if (!known.add(hashOfCells(row, places))) return false;
    }
    return true;
  }
}

/** The first of these sets that no two records of the whole file share; null: none, or it would take too many readings. */
async function firstProven(
  sets: readonly (readonly number[])[],
  { hashes }: Seen,
  readAgain: ReadAgain,
): Promise<readonly number[] | null> {
  const parts = Math.ceil(hashes.records / mostHashes);
  const atOnce = Math.max(1, Math.floor(mostHashes / hashes.records));
  for (let from = 0, readings = 0; from < sets.length; from += atOnce) {
    let left: readonly (readonly number[])[] = sets.slice(from, from + atOnce);
    for (let part = 0; part < parts && left.length > 0; part += 1, readings += 1) {
      if (readings >= mostReadings) return null;
      left = await uniqueIn(left, { part, parts }, { columns: hashes.columns, readAgain });
    }
    if (left[0] !== undefined) return left[0];
  }
  return null;
}

/** Those of the sets that are unique among the records whose hash is of this part: what is the same is in the same part. */
async function uniqueIn(
  sets: readonly (readonly number[])[],
  { part, parts }: { readonly part: number; readonly parts: number },
  { columns, readAgain }: { readonly columns: number; readonly readAgain: ReadAgain },
): Promise<readonly (readonly number[])[]> {
  const asked = new Set(sets.flat());
  const hashes = new RowHashes(columns, 0);
  const known = new Map(sets.map((set) => [set, new HashSet()]));
  for await (const cells of readAgain()) {
    const row = hashes.observe(cells, (column) => asked.has(column));
    for (const [set, own] of known) {
      const hash = hashOfCells(row, set);
      if (hash % parts === part && !own.add(hash)) known.delete(set);
    }
    if (known.size === 0) break;
  }
  return [...known.keys()];
}

function whyUnique({ names, hashes }: Seen, columns: readonly number[]): string {
  const shown = columns.map((column) => showText(names[column] ?? '')).join(' and ');
  const other = columns.length === 1 ? 'has another value' : 'together have other values';
  const few = hashes.records < fewRecords ? '; so few may differ by chance: is it what identifies a row?' : '';
  return `${shown} ${other} in each of the ${plural(hashes.records, 'record')}${few}`;
}

function whyNone({ hashes }: Seen, able: readonly KeyColumn[], search: Search): string {
  if (able.length === 0) return 'each column has a NULL in some record, or holds what no key is made of';
  const same = repeatedRecords(hashes);
  if (same > 0)
    return `${plural(same, 'record')} of ${count(hashes.kept)} ${same === 1 ? 'is' : 'are'} there already, all cells alike`;
  const tried = able.length > mostTried ? `the ${mostTried} likeliest columns` : 'the columns without a NULL';
  return search.isExhausted
    ? `no key was found among ${tried} in the time that is spent on it: say it with --key`
    : `no ${mostColumns} of ${tried} tell the records apart`;
}

/** Records, of those that were kept, that are the same as an earlier one in all cells. */
function repeatedRecords(hashes: RowHashes): number {
  const all = Array.from({ length: hashes.columns }, (_, column) => hashes.of(column));
  const places = all.map((_, i) => i);
  const row = new Float64Array(all.length);
  const known = new HashSet();
  let same = 0;
  for (let record = 0; record < hashes.kept; record += 1) {
    all.forEach((column, i) => (row[i] = column[record] as number));
    if (!known.add(hashOfCells(row, places))) same += 1;
  }
  return same;
}
