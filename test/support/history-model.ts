import { type Counted, nothing } from './conflict-model.ts';

/** What the conflict rule history makes of files, in memory: knows nothing of SQL nor of the loader. */

/** A record: its key, the time from which on it holds, and its content. */
export interface Version {
  readonly k: number;
  readonly at: number;
  readonly a: string | null;
  readonly b: string | null;
}

/** Key -> its versions, oldest first. */
export type Histories = Map<number, Version[]>;

const same = (one: Version, other: Version): boolean => one.a === other.a && one.b === other.b;
const holding = (versions: readonly Version[], at: number): Version | undefined =>
  versions.findLast((version) => version.at <= at);

/** One file into the table, which it changes. */
export function applyToHistory(table: Histories, file: readonly Version[], late: 'reject' | 'insert'): Counted {
  const counted = { ...nothing(), records: file.length };
  for (const [k, records] of Map.groupBy(file, (record) => record.k)) {
    const before = table.get(k) ?? [];
    const newest = before.at(-1)?.at ?? -Infinity;
    const kept = [...Map.groupBy(records, ({ at }) => at).values()].map((each) => each.at(-1) as Version);
    counted.duplicate += records.length - kept.length;
    let versions = before;
    for (const record of kept.toSorted((one, other) => one.at - other.at)) {
      const isLate = late === 'reject' && record.at < newest;
      const there = holding(isLate ? before : versions, record.at);
      if (there !== undefined && same(there, record)) counted.unchanged += 1;
      else if (there?.at === record.at || isLate) counted.rejected += 1;
      else {
        counted[there === undefined ? 'inserted' : 'updated'] += 1;
        versions = [...versions, record].toSorted((one, other) => one.at - other.at);
      }
    }
    table.set(k, versions);
  }
  return counted;
}

/** The rows of the table: each version until the next one begins. */
export function rowsOfHistory(table: Histories): readonly object[] {
  return [...table.values()].flatMap((versions) =>
    versions.map(({ k, at, a, b }, i) => {
      const next = versions[i + 1]?.at ?? null;
      return { k, a, b, from: at, to: next, current: next === null };
    }),
  );
}
