import { expect, test } from 'vitest';
import { type LoadReport, type Outcome, outcomeSchema } from '../../../functions/protocol/outcomes.ts';
import { bareReport } from '../../../cli/loading/bare-report.ts';
import { exitCodeOf } from '../../../cli/typed/exit-codes.ts';
import { summary } from '../../../functions/words/summary.ts';
import type { Example } from '../../../functions/words/summary-lines/reject-lines.ts';

function report(changes: Partial<LoadReport> = {}): LoadReport {
  const object = { bucket: 'file://', key: '/home/ana/shop/orders.csv' };
  return {
    ...bareReport({ object, dataset: 'orders', outcome: 'LOADED', code: null, message: null }),
    loadId: 7,
    bytes: 127_086_972,
    reportPath: '/home/ana/shop/.landfall/reports/orders/7/report.json',
    rejectsPath: '/home/ana/shop/.landfall/reports/orders/7/rejects.csv',
    ...changes,
  };
}
const counts = {
  records: 1_000_000,
  rejected: 10_945,
  duplicate: 49_922,
  inserted: 939_133,
  updated: 0,
  unchanged: 0,
  stale: 0,
  deleted: 0,
};
const show = (what: LoadReport, examples: readonly Example[] = []): string =>
  summary(what, {
    folder: '/home/ana/shop',
    command: (rest) => `npm run landfall -- ${rest}`,
    examples,
    milliseconds: 6_200,
  });

test('a load with rejects names rules, an example each, reports and the next command', () => {
  const rejectsByCode = [
    { code: 'INVALID_DATE', column: 'created_at', rejects: 2_500 },
    { code: 'FIELD_COUNT', column: null, rejects: 8_445 },
  ];
  const examples: Example[] = [
    {
      code: 'INVALID_DATE',
      column: 'created_at',
      line: 4_711,
      value: '2024-02-30',
      message: "created_at: '2024-02-30'\n  is not a date",
    },
  ];
  expect(show(report({ counts, rejectsByCode }), examples)).toMatchInlineSnapshot(`
    "orders.csv into orders: loaded (load 7)
      records    1,000,000  127 MB, in 6.2 s, 161,290 records/s
      rejected      10,945
      duplicate     49,922
      inserted     939,133
      rejected because (a record may break several rules)
        8,445  FIELD_COUNT
        2,500  INVALID_DATE  created_at  e.g. line 4,711: created_at: '2024-02-30' is not a date
      report      .landfall/reports/orders/7/report.json
      rejects     .landfall/reports/orders/7/rejects.csv
      next        npm run landfall -- rejects 7 shows the rejected records
    "
  `);
});

test('what a dry run could not ask is named, ten at most', () => {
  const notJudged = Array.from({ length: 12 }, (_, i) => ({ kind: 'trigger', name: `t${i}` }) as const);
  const some = show(report({ outcome: 'DRY_RUN', notJudged: notJudged.slice(0, 2) }));
  expect(some).toContain('only the load itself shows whether these refuse rows: trigger t0, trigger t1\n');
  expect(show(report({ outcome: 'DRY_RUN', notJudged }))).toContain('trigger t9 and 2 more\n');
});

test('what a load waited for is said, the longest first, and which signals it did not see', () => {
  const governor = {
    secondsLost: { paused: 4, replication: 95, slots: 0 },
    batches: [{ at: '2024-07-01T10:00:00Z', rows: 5_000, ms: 90 }],
    unknown: [{ signal: 'archive', why: 'grant pg_monitor to loader' }],
    lanes: 2,
  };
  const said = show(report({ governor }));
  expect(said).toContain('\n  waited      1:35 min for replication, 4.0 s while the table was paused\n');
  expect(said).toContain('\n  not seen    archive: report.json and landfall doctor say why\n');
  expect(show(report({ governor: { ...governor, secondsLost: {}, unknown: [] } }))).not.toMatch(/waited|not seen/u);
});

test.each(outcomeSchema.options)('%s is said in words', (outcome: Outcome) => {
  const why =
    outcome === 'LOADED' || outcome === 'ALREADY_LOADED'
      ? {}
      : { code: 'A_CODE', message: 'what happened\nand what to do' };
  expect(show(report({ outcome, ...why }))).toMatchSnapshot();
});

test.each([
  ['CONTRACT_CHANGED', 'the same command with --force compares every row again'],
  [
    'RECONCILIATION_MISMATCH',
    'find out why (docs/runbook.md#counts-do-not-balance); then --force compares every row again',
  ],
])('a load that failed with %s is not said to go on', (code, next) => {
  const told = show(report({ outcome: 'FAILED', code }));
  expect(told).toContain(next);
  expect(told).not.toMatch(/resumes|goes on/);
});

test('a cell cannot move the cursor of the terminal', () => {
  const examples: Example[] = [{ code: 'X', column: null, line: 1, value: null, message: 'evil \x1b[2J\u202e cell' }];
  const told = show(report({ counts, rejectsByCode: [{ code: 'X', column: null, rejects: 1 }] }), examples);
  expect(told).toContain('evil \\u001b[2J\\u202e cell');
});

test.each<[Outcome[], number]>([
  [['LOADED', 'ALREADY_LOADED', 'DRY_RUN', 'SUPERSEDED', 'IGNORED'], 0],
  [['LOADED', 'REJECTED'], 3],
  [['HELD'], 3],
  [['REJECTED', 'FAILED', 'LOADED'], 1],
])('%s exits with the worst', (outcomes, code) => {
  expect(exitCodeOf(outcomes)).toBe(code);
});

test('reports in a bucket are shown by their URL', () => {
  const [reportPath, rejectsPath] = ['s3://reports/orders/7/report.json', 's3://reports/orders/7/rejects.csv'];
  const shown = show(report({ counts, reportPath, rejectsPath }));
  expect(shown).toContain(` ${reportPath}\n`);
  expect(shown).toContain(` ${rejectsPath}\n`);
});

test('times that were read in a zone are told with their number', () => {
  expect(show(report({ counts, timeZone: { name: 'Europe/Berlin', cells: 12_345 } }), [])).toContain(
    '\n  time zone   Europe/Berlin, in which 12,345 times without an offset were read\n',
  );
  expect(show(report({ counts, timeZone: { name: 'Europe/Berlin', cells: 0 } }), [])).not.toContain('Berlin');
});

test('where a parent was missing, the command that takes its children later is named', () => {
  const rejectsByCode = [{ code: 'FOREIGN_KEY', column: 'customer', rejects: 10_945 }];
  expect(show(report({ counts, rejectsByCode }))).toContain(
    'once the parents of FOREIGN_KEY are there, npm run landfall -- replay 7 --code FOREIGN_KEY takes their children\n',
  );
});

test('of a replay the load that rejected them is named, and nothing where none is open', () => {
  const rejectsByCode = [{ code: 'FOREIGN_KEY', column: 'customer', rejects: 1 }];
  const replay = { of: 3, records: 5, left: {} };
  expect(show(report({ counts, rejectsByCode, replay }))).toContain(
    'replay 3 --code FOREIGN_KEY takes their children\n',
  );
  expect(show(report({ counts, rejectsByCode, rejects: { open: 0, closed: 9 } }), [])).not.toContain('FOREIGN_KEY are');
});

test('what a table lacks is not mended in the rejects of a load that was held before', () => {
  const refused = { outcome: 'REJECTED', message: 'no' } as const;
  expect(show(report({ counts, ...refused, code: 'UNKNOWN_COLUMN' }))).toContain(
    'correct the file, the dataset or the table',
  );
  expect(show(report({ counts, ...refused, code: 'TOO_MANY_REJECTS' }))).toContain(
    'correct what they say, then load again',
  );
});

test('a sequence is told with where it stands, or with the statement that moves it', () => {
  const sequence = { column: 'id', sequence: 'public.t_id_seq' };
  expect(show(report({ counts, sequences: [{ ...sequence, movedTo: '48210', statement: null }] }), [])).toContain(
    '\n  sequence    public.t_id_seq of id was behind what was loaded and is moved to 48210\n',
  );
  const statement = "select setval('public.t_id_seq', 9);";
  expect(show(report({ counts, sequences: [{ ...sequence, movedTo: null, statement }] }), [])).toContain(
    `Somebody who may runs: ${statement}\n`,
  );
});

test('cells that cleaning changed are told by column and step, each with one of them', () => {
  const steps = Array.from({ length: 9 }, (_, i) => ({ column: 'b', step: `null:${i}`, cells: 1, samples: [] }));
  const cleaned = [
    { column: 'a', step: 'trim', cells: 12_345, samples: [{ from: ' x\n', to: 'x' }] },
    { column: 'a', step: 'null:-', cells: 1, samples: [{ from: '-', to: null }] },
  ];
  expect(show(report({ counts, cleaned }), [])).toContain(
    "\n  cleaned     12,346 cells\n              a trim: 12,345, as ' x\\n' to 'x'\n              a null:-: 1, as '-' to NULL\n",
  );
  expect(show(report({ counts, cleaned: steps }), [])).toContain(
    '\n              b null:7: 1\n              and by 1 more step, see report.json\n',
  );
});

test('words for NULL that were stored as text are told with the option to give', () => {
  const nullWords = [
    { word: 'NULL', cells: 1, option: "--null 'NULL'" },
    { word: '\\N', cells: 12_345, option: "--null '\\N'" },
  ];
  expect(show(report({ counts, nullWords }), [])).toContain(
    "\n  NULL?       NULL in 1 cell and \\N in 12,345 cells of text columns, taken as text; where they mean no value, load again with --force --null 'NULL' --null '\\N' (in a dataset null: ['NULL', '\\\\N'])\n",
  );
  expect(show(report({ counts, outcome: 'ALREADY_LOADED', nullWords }), [])).toContain(
    'load again with --force --null',
  );
  expect(show(report({ counts, outcome: 'DRY_RUN', nullWords }), [])).toContain(
    "load with --null 'NULL' --null '\\N' (",
  );
});

test('encodings in which what is not UTF-8 would be text are named, five at most', () => {
  const encodings = ['windows-1252', 'iso-8859-15', 'cp850', 'cp437', 'cp852', 'macintosh'].map((encoding) => ({
    encoding,
    option: `--encoding ${encoding}`,
  }));
  const shown = show(report({ counts, encodings }));
  expect(shown).toContain(
    "  encoding?   what is not UTF-8 would be text in windows-1252, iso-8859-15, cp850, cp437, cp852 or 1 more; whichever it is, load again with --force --encoding windows-1252 (in a dataset encoding: 'windows-1252')\n",
  );
});

test('a name that says otherwise than the bytes is said', () => {
  const shown = show(report({ counts, misnamed: { name: 'gzip', bytes: 'zip' } }));
  expect(shown).toContain('  named       as if it were packed with gzip, and it is zip\n');
});

test.each([
  [0, '  decoded     1.27 GB from gzip; places in the file count these\n'],
  [512, '  decoded     1.27 GB from gzip, with 512 zeros of padding behind it; places in the file count these\n'],
])('a packed file says to how many bytes, and how many zeros were read over: %i', (paddingBytes, line) => {
  expect(show(report({ counts, decoded: { from: 'gzip', bytes: 1_270_000_000, paddingBytes } }))).toContain(line);
});

test('indexes that were dropped are told with how long building took, and one that is missing with its reason', () => {
  const index = { sizeBytes: 8_192, plan: 'rebuild', why: 'the table is empty', seconds: 1.5 } as const;
  const indexes: LoadReport['indexes'] = {
    plan: 'rebuild',
    why: 'the table is empty',
    indexes: [
      { ...index, name: 'orders_email', became: 'rebuilt' },
      { ...index, name: 'orders_note', became: 'missing', why: 'it could not be built: 54000', seconds: null },
      { ...index, name: 'orders_pkey', plan: 'keep', became: 'kept', why: 'it is the primary key', seconds: null },
    ],
  };
  const text = show(report({ counts, indexes }));
  expect(text).toContain('indexes     dropped before the merge and built again after it, in 1.5 s: orders_email\n');
  expect(text).toContain('orders_note is dropped and not back: it could not be built: 54000\n');
  expect(text).not.toContain('orders_pkey');
  const planned = show(report({ counts, indexes, outcome: 'DRY_RUN' }));
  expect(planned).toContain('would be dropped before the merge and built again after it: orders_email (8.19 kB)');
  expect(show(report({ counts, indexes: { ...indexes, plan: 'keep' } }))).not.toContain('indexes ');
});

test('a load that others were seen beside says who, since it took longer for them', () => {
  const live = { isLive: true, why: 'others read it while the file was staged' };
  expect(show(report({ live }))).toContain(
    '  live        others read it while the file was staged: it did less at once (docs/production.md#live-or-not)\n',
  );
  expect(show(report({ live: { ...live, isLive: false } }))).not.toContain('  live ');
});
