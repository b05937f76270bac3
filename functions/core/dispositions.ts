import { literal, type Sql } from './sql.ts';

/** What is known of a disposition, once: verdicts, batches, receipts, counts and the balance are built from it. */
interface Facts {
  /** In the verdicts table of staging, and as the default of a slice. */
  readonly letter: string;
  /** Its name in report.json and for people. */
  readonly countedAs: string;
  /** Its records pass the gate and are offered to the target, batch by batch; others are in the quarantine. */
  readonly isOffered: boolean;
  /** The row of the target that the merge writes for it: one that nobody has seen yet, or one that others may be using. */
  readonly writes: 'new row' | 'known row' | null;
}

/**
 * What becomes of a record: every record of a load has one of these, and they add up to its records (invariant 5). In the order
 * in which they are said.
 */
export const dispositions = {
  /** It broke a rule, or the target refused it. */
  rejected: { letter: 'r', countedAs: 'rejected', isOffered: false, writes: null },
  /** Another record of its key stands for it. */
  duplicate: { letter: 'd', countedAs: 'duplicate', isOffered: false, writes: null },
  /** The target has no row of its key. */
  new: { letter: 'n', countedAs: 'inserted', isOffered: true, writes: 'new row' },
  /** The target's row differs, and the record wins. */
  changed: { letter: 'c', countedAs: 'updated', isOffered: true, writes: 'known row' },
  /** The target's row is what the record says already. */
  unchanged: { letter: 'u', countedAs: 'unchanged', isOffered: true, writes: null },
  /** The target's row differs, and stays. */
  stale: { letter: 's', countedAs: 'stale', isOffered: true, writes: null },
  /** The record asks that the target's row goes. */
  deleted: { letter: 'x', countedAs: 'deleted', isOffered: true, writes: 'known row' },
} as const satisfies Readonly<Record<string, Facts>>;

/** The name of one: the key of its count in receipts. */
export type Disposition = keyof typeof dispositions;

/** How a disposition is counted in report.json. */
export type CountName = (typeof dispositions)[Disposition]['countedAs'];

/** How they are counted in report.json, in the order in which they are said. */
export const countNames = Object.values(dispositions).map(({ countedAs }) => countedAs);

/** The counts of report.json where there is no record. */
export const nothingCounted = Object.fromEntries(['records', ...countNames].map((name) => [name, 0])) as Readonly<
  Record<'records' | CountName, number>
>;

/** Records by what became of them. */
export type DispositionCounts = Readonly<Record<Disposition, number>>;

/** All of them, in their order. */
export const allDispositions = Object.keys(dispositions) as readonly Disposition[];

/** Those of records that are offered to the target. */
export const offeredDispositions = allDispositions.filter((name) => dispositions[name].isOffered);

/** Those that change rows which others may be using: their batches are short. */
export const touchingDispositions = allDispositions.filter((name) => dispositions[name].writes === 'known row');

/** Those that write the target at all. */
export const writingDispositions = allDispositions.filter((name) => dispositions[name].writes !== null);

/** Its letter as SQL, `'n'`. */
export function letter(name: Disposition): Sql {
  return literal(dispositions[name].letter);
}

/** Of no record. */
export const noCounts = Object.fromEntries(allDispositions.map((name) => [name, 0])) as DispositionCounts;

/** Both together. */
export function sumOfCounts(some: DispositionCounts, other: DispositionCounts): DispositionCounts {
  return Object.fromEntries(allDispositions.map((name) => [name, some[name] + other[name]])) as DispositionCounts;
}

/** Records of these dispositions. */
export function recordsOf(counts: DispositionCounts, names: readonly Disposition[]): number {
  return names.reduce((records, name) => records + counts[name], 0);
}
