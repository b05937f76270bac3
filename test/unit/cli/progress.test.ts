import { expect, test } from 'vitest';
import { type Progress, progressView, shareDone } from '../../../cli/loading/progress.ts';

const staging: Progress = {
  loadId: 1,
  step: 'stage',
  bytesTotal: 200_000_000,
  bytesStaged: 0,
  recordsStaged: 0,
  slices: 8,
  slicesValidated: 0,
  rowsPlanned: 0,
  rowsMerged: 0,
};

test('a log gets one plain line a step, however often progress is told', () => {
  const { printed, view } = screen(null);
  view.show(staging);
  view.show({ ...staging, bytesStaged: 100_000_000, recordsStaged: 500_000 });
  view.show({ ...staging, step: 'validate', recordsStaged: 1_000_000 });
  view.show({ ...staging, step: 'merge', rowsPlanned: 999_000 });
  view.clear();
  expect(printed()).toBe(
    'orders.csv: stage 200 MB\norders.csv: validate 1,000,000 records\norders.csv: merge 999,000 rows\n',
  );
});

test('a terminal gets one line, rewritten: step, bytes, share, rate, remaining time', () => {
  const { printed, view, pass } = screen(80);
  view.show(staging);
  pass(2_000);
  view.show({ ...staging, bytesStaged: 100_000_000, recordsStaged: 500_000 });
  expect(printed()).toBe(
    '\rorders.csv  stage  0 bytes of 200 MB  0 %\x1b[K\rorders.csv  stage  100 MB of 200 MB  10 %  250,000 rows/s  0:18 left\x1b[K',
  );
  view.clear();
  view.clear();
  expect(printed().endsWith('left\x1b[K\r\x1b[K')).toBe(true);
});

const merging: Progress = {
  ...staging,
  step: 'merge',
  rowsPlanned: 1_000_000,
  rowsMerged: 412_000,
  rowsPerSecond: 41_234,
};
const wait = { signal: 'replication', figure: 'replica1 is 23 MB behind (limit 20 MB)', seconds: 35 };

test('a merge tells rows and speed, and while it waits the one reason and how long', () => {
  const { printed, view, pass } = screen(120);
  view.show({ ...merging, rowsMerged: 0, rowsPerSecond: null });
  pass(10_000);
  view.show(merging);
  view.show({ ...merging, wait });
  view.show({ ...merging, wait: { ...wait, signal: 'paused', figure: 'paused by ana@laptop', seconds: 754 } });
  expect(printed().split('\r').slice(1)).toEqual([
    'orders.csv  merge  0 of 1,000,000 rows  65 %  0:00 left\u001b[K',
    'orders.csv  merge  412,000 of 1,000,000 rows  79 %  41,000 rows/s  0:03 left\u001b[K',
    'orders.csv  waiting 35 s: replication: replica1 is 23 MB behind (limit 20 MB)  412,000 of 1,000,000 rows\u001b[K',
    'orders.csv  waiting 12:34 min: paused by ana@laptop  412,000 of 1,000,000 rows\u001b[K',
  ]);
});

test('staging tells that its target is paused', () => {
  const { printed, view } = screen(120);
  view.show({ ...staging, wait: { signal: 'paused', figure: 'paused by ana@laptop (a sale)', seconds: 35 } });
  expect(printed()).toBe('\rorders.csv  waiting 35 s: paused by ana@laptop (a sale)  stage\u001b[K');
});

test('a log gets one line where a merge begins to wait, for something else, and where it goes on', () => {
  const { printed, view } = screen(null);
  view.show(merging);
  view.show({ ...merging, wait });
  view.show({ ...merging, wait: { ...wait, seconds: 90 } });
  view.show({ ...merging, wait: { ...wait, signal: 'paused', figure: 'paused by ana@laptop', seconds: 1 } });
  view.show({ ...merging, rowsMerged: 500_000 });
  expect(printed()).toBe(`orders.csv: merge 412,000 of 1,000,000 rows
orders.csv: waiting 35 s: replication: replica1 is 23 MB behind (limit 20 MB)
orders.csv: waiting 1 s: paused by ana@laptop
orders.csv: goes on: merge 500,000 of 1,000,000 rows
`);
});

test('a packed file, whose length nobody knows, has no share and no remaining time while it is staged', () => {
  const packed: Progress = { ...staging, bytesTotal: null, bytesStaged: 400_000_000, recordsStaged: 2_000_000 };
  const log = screen(null);
  log.view.show(packed);
  expect(log.printed()).toBe('orders.csv: stage, unpacking\n');
  const terminal = screen(80);
  terminal.view.show({ ...packed, bytesStaged: 0 });
  terminal.pass(4_000);
  terminal.view.show(packed);
  expect(terminal.printed()).toContain('orders.csv  stage  400 MB unpacked  0 %  500,000 rows/s\x1b[K');
});

test('a database that is away is said, with what is wrong and for how long', () => {
  const away: Progress = { ...staging, step: 'away', trouble: 'nothing accepts connections at db:5432.' };
  const log = screen(null);
  log.view.show(away);
  log.view.show(away);
  expect(log.printed()).toBe(
    'orders.csv: waiting for the database, for half an hour or so; then the load fails, and the same command goes on. nothing accepts connections at db:5432.\n',
  );
  const terminal = screen(100);
  terminal.view.show(away);
  terminal.pass(65_000);
  terminal.view.show(away);
  expect(terminal.printed()).toContain('waiting for the database  1:05  nothing accepts connections at db:5432.');
});

test('only who waits for a table says that others hold it', () => {
  const log = screen(null);
  log.view.show({ ...staging, step: 'begins' });
  log.view.show({ ...staging, step: 'waiting' });
  expect(log.printed().split('\n')).toEqual([
    'orders.csv: it begins: the store of the file, or the database, has not answered yet',
    'orders.csv: waiting: another load holds the table, or comes first (landfall status shows which)',
    '',
  ]);
});

test('a narrow terminal never wraps', () => {
  const { printed, view } = screen(20);
  view.show(staging);
  expect(printed()).toBe('\rorders.csv  stage  \x1b[K');
});

test('the share of what is done never falls', () => {
  const course: Progress[] = [
    { ...staging, step: 'begins' },
    { ...staging, step: 'waiting' },
    { ...staging, step: 'extract' },
    staging,
    { ...staging, bytesStaged: 100_000_000 },
    { ...staging, bytesStaged: 200_000_000 },
    { ...staging, step: 'validate' },
    { ...staging, step: 'validate', slicesValidated: 8 },
    { ...staging, step: 'transform' },
    { ...staging, step: 'merge', rowsPlanned: 10 },
    { ...staging, step: 'merge', rowsPlanned: 10, rowsMerged: 10 },
    { ...staging, step: 'report' },
  ];
  const shares = course.map((progress) => shareDone(progress, { sinceStart: 3_000, sinceStep: 1_000 }));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBe(1);
});

function screen(columns: number | null) {
  let text = '';
  let time = 0;
  const view = progressView(
    'orders.csv',
    {
      err: (more) => void (text += more),
      redraw: (line) => void (text += `\r${line}\u001b[K`),
      terminalColumns: () => columns,
    },
    () => time,
  );
  return { printed: () => text, view, pass: (milliseconds: number) => void (time += milliseconds) };
}
