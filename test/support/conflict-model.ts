/** What conflict rules make of files, in memory: knows nothing of SQL nor of the loader. Keys k; a, b and c are cells, v and w a version. */

export type Cell = string | null;

/** A record, and a row of the table. */
export interface Row {
  readonly k: number;
  readonly a: Cell;
  readonly b: Cell;
  readonly v: number;
  readonly w: number;
}

/** As report.json counts records. */
export interface Counted {
  records: number;
  rejected: number;
  duplicate: number;
  inserted: number;
  updated: number;
  unchanged: number;
  stale: number;
}

export const nothing = (): Counted => ({
  records: 0,
  rejected: 0,
  duplicate: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  stale: 0,
});

/** What becomes of the record of a key that stands for it; `row` is undefined where the table has none. */
type Fate = (row: Row | undefined, record: Row) => keyof Counted;

/** A rule as one sequential reading of a file would have it. */
export interface ModelledRule {
  /** The records of one key in the file's order: which stands for it, and which of the others are rejects. */
  readonly among: (records: readonly Row[]) => { readonly kept: Row; readonly rejected: readonly Row[] };
  readonly fate: Fate;
  /** What a row that is updated becomes; absent: the record. */
  readonly becomes?: (row: Row, record: Row) => Row;
}

const sameContent = (one: Row, other: Row): boolean => one.a === other.a && one.b === other.b;
const age = (one: Row, other: Row): number => one.v - other.v || one.w - other.w;
const same = (one: Row, other: Row): boolean => sameContent(one, other) && age(one, other) === 0;

export const modelledRules: Readonly<Record<'update-only' | 'newer-wins' | 'merged columns', ModelledRule>> = {
  /** Of a only NULL is replaced, b is kept, v moves with the row alone, w is the greatest. */
  'merged columns': {
    among: (records) => ({ kept: records.at(-1) as Row, rejected: [] }),
    fate: (row, record) => {
      if (row === undefined) return 'inserted';
      return (row.a === null && record.a !== null) || record.w > row.w ? 'updated' : 'unchanged';
    },
    becomes: (row, record) => ({ ...record, a: row.a ?? record.a, b: row.b, w: Math.max(row.w, record.w) }),
  },
  'update-only': {
    among: (records) => ({ kept: records.at(-1) as Row, rejected: [] }),
    fate: (row, record) => (row === undefined ? 'rejected' : same(row, record) ? 'unchanged' : 'updated'),
  },
  'newer-wins': {
    among: (records) => {
      const rejected = records.filter((record, i) => {
        const first = records.find((other) => age(other, record) === 0) as Row;
        return records.indexOf(first) < i && !sameContent(first, record);
      });
      const [first, ...others] = records.filter((record) => !rejected.includes(record)) as [Row, ...Row[]];
      return { kept: others.reduce((best, record) => (age(record, best) > 0 ? record : best), first), rejected };
    },
    fate: (row, record) => {
      if (row === undefined) return 'inserted';
      if (same(row, record)) return 'unchanged';
      if (age(record, row) === 0) return 'rejected';
      return age(record, row) > 0 ? 'updated' : 'stale';
    },
  },
};

/** One file into the table, which it changes. */
export function applyFile(
  { among, fate, becomes }: ModelledRule,
  table: Map<number, Row>,
  file: readonly Row[],
): Counted {
  const counted = { ...nothing(), records: file.length };
  for (const records of Map.groupBy(file, ({ k }) => k).values()) {
    const { kept, rejected } = among(records);
    counted.rejected += rejected.length;
    counted.duplicate += records.length - rejected.length - 1;
    const row = table.get(kept.k);
    const found = fate(row, kept);
    counted[found] += 1;
    if (found === 'inserted') table.set(kept.k, kept);
    if (found === 'updated' && row !== undefined) table.set(kept.k, becomes?.(row, kept) ?? kept);
  }
  return counted;
}
