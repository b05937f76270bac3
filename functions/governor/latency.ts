import type { History, Transaction, Wish } from './pace.ts';
import type { Reading } from './signal.ts';

/** So many transactions a load begins with are taken for what the server can do. */
const atFirst = 5;
/** So many of the newest are averaged, of twice as many: a load that was slowed to smaller ones tries larger ones again after some. */
const newest = { averaged: 4, among: 8 };
/** 250 rows: with fewer a transaction's own time counts for theirs. Beside live traffic 500 are taken, or two equal parts of what is left. */
const tellingRows = 250;
/** Times as long as at first: a checkpoint and pages that are not in memory make less of a difference. */
const slowFactor = 3;

/**
 * What a row takes now beside what it took at first, of transactions like the newest one: whatever keeps the server busy makes
 * the load slower too, and its own time needs no privilege. Slow beside live traffic only, since a seed also slows itself, by
 * indexes that outgrow the memory; and it stops nobody. No reading until five and four more are there.
 */
export function latencyOf({ first, transactions }: Omit<History, 'stops'>, { isLive }: Wish): readonly Reading[] {
  const changes = transactions.at(-1)?.changes;
  const before = first.filter((done) => done.changes === changes && tells(done)).slice(0, atFirst);
  const begunAtMs = before.at(-1)?.atMs ?? 0;
  const now = transactions
    .filter((done) => done.changes === changes && done.atMs > begunAtMs)
    .slice(-newest.among)
    .filter(tells)
    .slice(-newest.averaged);
  if (before.length < atFirst || now.length < newest.averaged) return [];
  const [row, rowAtFirst] = [averageUs(now), medianUs(before)];
  const isSlow = isLive && row > slowFactor * rowAtFirst;
  const figure = `a row takes ${inWords(row)}, at first ${inWords(rowAtFirst)}`;
  return [{ signal: 'latency', health: isSlow ? 'slow' : 'normal', figure }];
}

/** The first transactions with one more, where it is among the first of its kind that tell. */
export function firstWith(first: readonly Transaction[], done: Transaction): readonly Transaction[] {
  const alike = first.filter((each) => each.changes === done.changes && tells(each));
  return tells(done) && alike.length < atFirst ? [...first, done] : first;
}

/** A row that stays as it is costs next to nothing: where most are such, the time tells of the file. */
function tells({ rows, written }: Transaction): boolean {
  return written >= tellingRows && 2 * written >= rows;
}

function averageUs(done: readonly Transaction[]): number {
  const sum = done.reduce((all, { ms, written }) => ({ ms: all.ms + ms, rows: all.rows + written }), {
    ms: 0,
    rows: 0,
  });
  return (1_000 * sum.ms) / sum.rows;
}

function medianUs(done: readonly Transaction[]): number {
  const sorted = done.map(({ ms, written }) => (1_000 * ms) / written).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** `30 us`, `1.2 ms` */
function inWords(us: number): string {
  return us < 1_000 ? `${Math.max(1, Math.round(us))} us` : `${(us / 1_000).toFixed(1)} ms`;
}
