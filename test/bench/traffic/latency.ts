import { readFile } from 'node:fs/promises';

/** One transaction of the traffic. */
export interface Transaction {
  /** Milliseconds since 1970 at which it was due. */
  readonly at: number;
  readonly ms: number;
  /** SQLSTATE; null: it was done. */
  readonly failure: string | null;
}

/** Milliseconds of the transactions of a time. */
export interface Latency {
  readonly transactions: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** What clients.ts wrote. */
export async function readTransactions(log: string): Promise<readonly Transaction[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [at = '', ms = '', failure = ''] = line.split(' ');
    return { at: Number(at), ms: Number(ms), failure: failure === '-' ? null : failure };
  });
}

/** Of those that were due in one of the spans and were done. */
export function latencyIn(
  transactions: readonly Transaction[],
  spans: readonly (readonly [from: number, to: number])[],
): Latency {
  const times = transactions
    .filter(({ at, failure }) => failure === null && spans.some(([from, to]) => at >= from && at < to))
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const per = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return {
    transactions: times.length,
    p50: per(0.5),
    p95: per(0.95),
    p99: per(0.99),
    most: times.at(-1) ?? Number.NaN,
  };
}
