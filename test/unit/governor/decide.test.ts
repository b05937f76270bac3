import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decide, goesOn } from '../../../functions/governor/decide.ts';
import { leastRows, liveMs, liveRows, mostRows, quietMs, type Transaction } from '../../../functions/governor/pace.ts';
import type { Reading } from '../../../functions/governor/signal.ts';
import { tableBelow } from '../docs/figures.ts';
import { decided } from './decision-rows.ts';

const table = tableBelow('docs/production.md', 'What the governor decides');

describe('the governor decides as docs/production.md says', () => {
  it('in a table of forty rows and more', () => {
    expect(new Set(table.map((row) => row.slice(0, 3).join())).size).toBeGreaterThanOrEqual(40);
    expect(table.every((row) => row.length === 6)).toBe(true);
  });

  test.each(table)('%s | %s | %s', (load = '', before = '', seen = '', ...expected) => {
    expect(decided({ load, before, seen })).toEqual(expected);
  });
});

interface Server {
  /** Of a transaction, and of a row of it. */
  readonly fixedMs: number;
  readonly rowMs: number;
  /** By which the time of a transaction differs from that, at most. */
  readonly noise: number;
  readonly seed: number;
}

const server = fc.record({
  fixedMs: fc.double({ min: 1, max: 10, noNaN: true }),
  rowMs: fc.double({ min: 0.008, max: 1, noNaN: true }),
  noise: fc.double({ min: 0, max: 0.2, noNaN: true }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
});

/** Numbers from 0 to 1, the same ones for a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('over many transactions', () => {
  it.each([
    ['quiet', false, quietMs],
    ['live', true, liveMs],
  ])('of a %s target they come to take as long as they should, and stay there', (_, isLive, targetMs) => {
    fc.assert(
      fc.property(server, ({ fixedMs, rowMs, noise, seed }: Server) => {
        const next = numbers(seed);
        const transactions: Transaction[] = [];
        const wish = { batchRows: 5_000, isLive, lanes: 2 };
        for (let i = 0; i < 80; i += 1) {
          const circumstances = { readings: [], walBytesARow: null, rowsSinceLook: 0, wish };
          const { changing: rows } = decide({
            ...circumstances,
            history: { transactions, first: transactions, stops: [] },
          });
          const ms = Math.ceil((fixedMs + rows * rowMs) * (1 + noise * (2 * next() - 1)));
          transactions.push({ atMs: i, rows, written: rows, ms, changes: true });
        }
        const newest = transactions.slice(-20);
        const average = newest.reduce((sum, { ms }) => sum + ms, 0) / newest.length;
        const least = fixedMs + (isLive ? liveRows : leastRows) * rowMs;
        const most = fixedMs + mostRows * rowMs;
        const wanted = Math.min(most, Math.max(least, targetMs));
        expect(average / wanted).toBeGreaterThan(0.75);
        expect(average / wanted).toBeLessThan(1.25);
      }),
      { numRuns: 200 },
    );
  });

  const standby = fc.record({
    /** Bytes of WAL that it replays in a millisecond, once its replay is no longer paused. */
    replays: fc.double({ min: 500, max: 50_000, noNaN: true }),
    pausedMs: fc.integer({ min: 0, max: 60_000 }),
    walBytesARow: fc.integer({ min: 50, max: 9_000 }),
    limitMb: fc.integer({ min: 8, max: 64 }),
    lanes: fc.integer({ min: 1, max: 4 }),
  });

  it('a standby is behind its limit by no more than the smallest transactions of all lanes, and all rows are merged', () => {
    fc.assert(
      fc.property(standby, ({ replays, pausedMs, walBytesARow, limitMb, lanes }) => {
        const limit = limitMb * 1024 ** 2;
        const transactions: Transaction[] = [];
        const stops: { endedAtMs: number; isPause: boolean }[] = [];
        const wish = { batchRows: 5_000, isLive: false, lanes };
        let [atMs, lag, left, measured] = [0, 0, 100_000, null as number | null];
        let waitsSince: number | null = null;
        const passes = (ms: number): void => {
          const replayed = atMs >= pausedMs ? ms : Math.max(0, atMs + ms - pausedMs);
          atMs += ms;
          lag = Math.max(0, lag - replayed * replays);
        };
        for (let i = 0; left > 0; i += 1) {
          expect(i).toBeLessThan(10_000);
          const health = lag >= limit ? 'stop' : lag >= limit / 2 ? 'slow' : 'normal';
          const reading: Reading = {
            signal: 'replication',
            figure: '',
            health,
            headroomBytes: Math.max(0, limit - lag),
          };
          const history = { transactions: transactions.slice(-200), first: [], stops: stops.slice(-200) };
          const decision = decide({ readings: [reading], history, wish, walBytesARow: measured, rowsSinceLook: 0 });
          if (decision.stop !== null || (waitsSince !== null && !goesOn([reading], 'replication', atMs - waitsSince))) {
            waitsSince ??= atMs;
            passes(2_000);
            continue;
          }
          if (waitsSince !== null) stops.push({ endedAtMs: atMs, isPause: false });
          waitsSince = null;
          // all lanes looked at the same moment, and none sees what the others write
          const rows = decision.changing;
          for (let lane = 0; lane < decision.lanes; lane += 1) {
            lag += rows * walBytesARow;
            left -= rows;
            transactions.push({ atMs, rows, written: rows, ms: 5 + rows / 50, changes: true });
          }
          expect(lag).toBeLessThanOrEqual(limit + leastRows * lanes * walBytesARow);
          passes(5 + rows / 50 + decision.restMs);
          measured = walBytesARow;
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['normal', 0, true],
    ['unknown', 0, true],
    ['stop', 600_000, false],
    ['slow', 29_999, false],
    ['slow', 30_000, true],
  ] as const)('what stopped the load is %s after %i ms of waiting: it goes on: %s', (health, waitedMs, expected) => {
    expect(goesOn([{ signal: 'replication', health, figure: '' }], 'replication', waitedMs)).toBe(expected);
    expect(goesOn([{ signal: 'another', health: 'slow', figure: '' }], 'replication', waitedMs)).toBe(true);
  });

  it('rows and lanes come back after a stop', () => {
    const wish = { batchRows: 5_000, isLive: false, lanes: 4 };
    const done = (from: number, length: number): Transaction[] =>
      Array.from({ length }, (_, i) => ({
        atMs: from + i,
        rows: 5_000,
        written: 5_000,
        ms: 1_000,
        changes: true,
      }));
    const readings: Reading[] = [];
    const circumstances = { readings, wish, walBytesARow: null, rowsSinceLook: 0 };
    const stops = [{ endedAtMs: 50, isPause: false }];
    const after = (length: number) =>
      decide({ ...circumstances, history: { transactions: [...done(0, 20), ...done(100, length)], first: [], stops } });
    expect(after(0)).toMatchObject({ changing: 2_500, lanes: 2 });
    expect(after(40)).toMatchObject({ changing: 5_000, lanes: 4 });
  });
});
