import { expect, test } from 'vitest';
import { nothingYet } from '../../../cli/operating/nothing-yet.ts';
import { watcher } from '../../../cli/watching/now.ts';
import { newLines, screenLines } from '../../../cli/watching/screen.ts';
import type { Status } from '../../../functions/operate/verbs/status.ts';

const began = Date.parse('2026-11-30T08:00:00.000Z');
const load: Status['loads'][number] = {
  loadId: 7,
  dataset: 'orders',
  target: 'public.orders',
  bucket: 'file://',
  key: '/work/in/orders.csv',
  outcome: null,
  code: null,
  records: 0,
  rejected: 0,
  open: 0,
  inserted: 0,
  updated: 0,
  startedAt: new Date(began).toISOString(),
  endedAt: null,
  running: true,
  undo: null,
};
const staging: Status['running'][number] = {
  loadId: 7,
  target: 'public.orders',
  key: load.key,
  step: 'stage',
  since: load.startedAt,
  bytesTotal: 200_000_000,
  bytesStaged: 100_000_000,
  recordsStaged: 500_000,
  slices: 8,
  slicesValidated: 0,
  rowsPlanned: 0,
  rowsMerged: 0,
  rowsPerSecond: null,
  wait: null,
};
const running: Status = {
  ...nothingYet,
  database: 'postgres://shop',
  loads: [load],
  running: [staging],
  waiting: [{ target: 'public.orders', loads: 2, next: 9, order: [9, 8] }],
};
const wait = { signal: 'replication', figure: 'replica1 is 23 MB behind (limit 20 MB)', seconds: 35 };
const merging: Status = {
  ...running,
  running: [{ ...staging, step: 'merge', rowsPlanned: 1_000, rowsMerged: 100, rowsPerSecond: 50 }],
};
const loaded: Status = {
  ...nothingYet,
  database: 'postgres://shop',
  loads: [
    { ...load, outcome: 'LOADED', running: false, records: 1_000, rejected: 3, endedAt: load.startedAt },
    { ...load, loadId: 6, outcome: 'HELD', running: false, records: 5, endedAt: load.startedAt },
  ],
};

/** A watcher in /work, and its clock in seconds. */
function watching(): { see: ReturnType<typeof watcher>; at(seconds: number): void } {
  let now = began;
  return { see: watcher('/work', () => now), at: (seconds) => void (now = began + seconds * 1_000) };
}

test('rate and time left are of what was seen since the step began, and the numbers those of status', () => {
  const { see, at } = watching();
  at(10);
  expect(see(running).running).toEqual([
    {
      loadId: 7,
      target: 'public.orders',
      name: 'in/orders.csv',
      step: 'stage',
      part: '100 MB of 200 MB',
      percent: 10,
      rate: '',
      left: '1:30 left',
      wait: '',
    },
  ]);
  at(12);
  // 100,000 records in the two seconds since it was seen first
  const later = { ...running, running: [{ ...staging, recordsStaged: 600_000 }] };
  expect(see(later).running[0]).toMatchObject({ rate: '50,000 rows/s' });
  at(13);
  expect(see(merging).running[0]).toMatchObject({ part: '100 of 1,000 rows', rate: '50 rows/s' });
});

test('a screen has all of it, cut to its width and height', () => {
  const { see, at } = watching();
  at(10);
  const now = see({ ...running, loads: [...running.loads, ...loaded.loads] });
  const screen = { columns: 120, rows: 40, command: (rest: string) => `landfall ${rest}`, time: '08:00:10' };
  const lines = screenLines(now, screen);
  expect(lines.join('\n')).toBe(`database  postgres://shop  08:00:10

running
load 7  public.orders  in/orders.csv  stage  10 %  100 MB of 200 MB  1:30 left

tables waited for, the next load first
public.orders  2 loads  9, 8

waiting for a yes: landfall approve LOAD, landfall decline LOAD --reason TEXT
load 6  public.orders  5 records  since 2026-11-30T08:00:00Z

last loads
load  outcome  dataset  records  rejected  open  started               object
   7  running  orders         0         0     0  2026-11-30T08:00:00Z  in/orders.csv
   7  LOADED   orders     1,000         3     0  2026-11-30T08:00:00Z  in/orders.csv
   6  HELD     orders         5         0     0  2026-11-30T08:00:00Z  in/orders.csv`);
  const small = screenLines(now, { ...screen, columns: 20, rows: 5 });
  expect(small).toHaveLength(4);
  expect(small.every((line) => line.length < 20)).toBe(true);
  expect(screenLines(see(nothingYet), screen)).toEqual([
    'database  none yet  08:00:10',
    '',
    'nothing runs',
    '',
    'last loads',
    expect.any(String),
  ]);
});

test('a log gets a line where something begins, waits, goes on or ends', () => {
  const { see } = watching();
  const [first, second] = [see(running), see(running)];
  expect(newLines(null, first)).toEqual(['load 7 into public.orders: stage 100 MB of 200 MB']);
  expect(newLines(first, second)).toEqual([]);
  const merges = see(merging);
  expect(newLines(second, merges)).toEqual(['load 7 into public.orders: merge 100 of 1,000 rows']);
  const waits = see({ ...merging, running: merging.running.map((each) => ({ ...each, wait })) });
  expect(newLines(merges, waits)).toEqual([
    'load 7 into public.orders: waiting 35 s: replication: replica1 is 23 MB behind (limit 20 MB)',
  ]);
  expect(newLines(waits, see(merging))).toEqual(['load 7 into public.orders: goes on: merge 100 of 1,000 rows']);
  expect(newLines(merges, see(loaded))).toEqual([
    'load 6 into public.orders: HELD, 5 records, 0 rejected',
    'load 7 into public.orders: LOADED, 1,000 records, 3 rejected',
  ]);
  // at the first look only what asks for something
  expect(newLines(null, see(loaded))).toEqual([
    'nothing runs',
    'load 6 into public.orders: HELD, 5 records, 0 rejected',
  ]);
});
