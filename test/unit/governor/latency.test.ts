import { expect, test } from 'vitest';
import { firstWith, latencyOf } from '../../../functions/governor/latency.ts';
import type { Transaction } from '../../../functions/governor/pace.ts';
import type { Reading } from '../../../functions/governor/signal.ts';

/** One after the other, each so many times; where it is not said all rows are written, 1,000 in 30 ms. */
function done(...parts: readonly (Partial<Transaction> & { readonly times: number })[]): readonly Transaction[] {
  const all = parts.flatMap(({ times, ...part }) => Array.from({ length: times }, () => part));
  return all.map(({ rows = 1_000, ...part }, i) => ({ atMs: i, rows, written: rows, ms: 30, changes: true, ...part }));
}

function seen(transactions: readonly Transaction[], isLive = true): readonly Reading[] {
  return latencyOf({ first: transactions, transactions }, { batchRows: 5_000, isLive, lanes: 2 });
}

const reading = (health: Reading['health'], figure: string): readonly Reading[] => [
  { signal: 'latency', health, figure },
];

test('a row that takes more than three times as long as at first is slow, with both figures', () => {
  expect(seen(done({ times: 5 }, { times: 4, ms: 120 }))).toEqual(
    reading('slow', 'a row takes 120 us, at first 30 us'),
  );
  expect(seen(done({ times: 5 }, { times: 4, ms: 90 }))).toEqual(
    reading('normal', 'a row takes 90 us, at first 30 us'),
  );
  expect(seen(done({ times: 5, ms: 500 }, { times: 4, ms: 2_000 }))).toEqual(
    reading('slow', 'a row takes 2.0 ms, at first 500 us'),
  );
});

test('of a target that nobody else uses it is told and slows nothing: its own indexes may have outgrown the memory', () => {
  expect(seen(done({ times: 5 }, { times: 4, ms: 120 }), false)).toEqual(
    reading('normal', 'a row takes 120 us, at first 30 us'),
  );
});

test('one transaction of the first that took long, or one of the newest that was short, decides nothing', () => {
  const begun = done({ times: 1, ms: 4_000 }, { times: 4 }, { times: 3, ms: 120 }, { times: 1, ms: 110 });
  expect(seen(begun)).toMatchObject([{ health: 'slow' }]);
});

test('there is no reading before five and four more are done, nor of what is too small or mostly unchanged', () => {
  expect(seen([])).toEqual([]);
  expect(seen(done({ times: 5 }, { times: 3, ms: 120 }))).toEqual([]);
  expect(seen(done({ times: 5 }, { times: 4, rows: 249, ms: 120 }))).toEqual([]);
  expect(seen(done({ times: 5, written: 249 }, { times: 4, ms: 120 }))).toEqual([]);
  expect(seen(done({ times: 5, rows: 10_000, written: 4_999, ms: 30 }, { times: 4, ms: 120 }))).toEqual([]);
});

test('those that change rows are compared with such alone', () => {
  const inserted = { changes: false, ms: 10 };
  expect(seen(done({ times: 5, ...inserted }, { times: 9, ms: 90 }))).toEqual(
    reading('normal', 'a row takes 90 us, at first 90 us'),
  );
  expect(seen(done({ times: 5, ...inserted }, { times: 5, ms: 90 }, { times: 4, ...inserted, ms: 40 }))).toEqual(
    reading('slow', 'a row takes 40 us, at first 10 us'),
  );
});

test('of the first transactions five of each kind that tell are remembered', () => {
  const all = done({ times: 7 }, { times: 2, written: 3 }, { times: 7, changes: false });
  const first = all.reduce(firstWith, []);
  expect(first.map(({ atMs }) => atMs)).toEqual([0, 1, 2, 3, 4, 9, 10, 11, 12, 13]);
});
