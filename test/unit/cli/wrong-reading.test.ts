import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { standIn, type } from './terminal.ts';

// How a file is to be read, said wrongly or against itself: one message an option, all of them together, and nothing is begun.

const world = standIn();
writeFileSync(join(world.folder, 'orders.csv'), 'id,amount\n1,2\n');
const into = ['--into', 'public.orders', '--key', 'id'];

/** Words of a command, each list with one option that is wrong: the first. */
const wrong: readonly (readonly string[])[] = [
  ['--format', 'cvs'],
  ['--delimiter', ''],
  ['--delimiter', 'a'],
  ['--quote', 'xx'],
  ['--quote', ','],
  ['--quote', 'a'],
  ['--null', 'a,b'],
  ['--null', '"x"'],
  ['--escape', 'a'],
  ['--escape', '\\\\\\'],
  ['--escape', ','],
  ['--escape', '\\', '--quote', 'none'],
  ['--escape', '\\', '--format', 'ndjson'],
  ['--comment', ''],
  ['--comment', 'a\nb'],
  ['--comment', 'x'.repeat(21)],
  ['--comment', ',x'],
  ['--comment', '"'],
  ['--comment', '#', '--format', 'json'],
  ['--skip-rows', '-1'],
  ['--skip-rows', '1.5'],
  ['--skip-rows', 'x'],
  ['--skip-rows', '1001'],
  ['--skip-rows', '1e2'],
  ['--skip-rows', '1', '--format', 'ndjson'],
  ['--member', ''],
  ['--member', 'x'.repeat(1025)],
  ['--encoding', 'klingon'],
  ['--encoding', ''],
  ['--encoding', 'utf-16', '--format', 'parquet'],
  ['--header-rows', '0'],
  ['--header-rows', '21'],
  ['--header-rows', 'two'],
  ['--header-rows', '2', '--no-header', '--columns', 'id'],
  ['--cells', 'seen', '--format', 'xlsx'],
  ['--cells', 'displayed', '--format', 'csv'],
  ['--header-rows', '2', '--format', 'parquet'],
  ['--header-join', '-'],
  ['--header-join', 'x'.repeat(21), '--header-rows', '2'],
  ['--no-header'],
  ['--columns', 'id,amount'],
  ['--columns', '', '--no-header'],
  ['--columns', 'id,amount, id', '--no-header'],
  ['--columns', 'id,id', '--no-header', '--ignore-positions', '3'],
  ['--columns', 'id', '--no-header', '--format', 'json'],
  ['--json-path', 'a[0]'],
  ['--json-path', 'data', '--format', 'csv'],
  ['--json-path', ''],
  ['--json-path', 'data', '--format', 'ndjson'],
  ['--trailer-rows', '-1'],
  ['--trailer-rows', '1001'],
  ['--trailer-rows', '1', '--format', 'json'],
  ['--trailer-rows', '1', '--format', 'xlsx'],
  ['--trailer-line', '1'],
  ['--trailer-records', '0', '--trailer-rows', '1'],
  ['--trailer-sum', 'amount', '--trailer-rows', '1'],
  ['--trailer-records', '1'],
  ['--trailer-records', '4-9', '--trailer-rows', '1'],
  ['--trailer-records', 'count', '--trailer-rows', '1', '--format', 'fixed', '--fixed', 'id:2'],
  ['--trailer-sum', 'amount=2', '--trailer-rows', '1', '--format', 'ndjson'],
  ['--fixed', 'id'],
  ['--fixed', 'id:0'],
  ['--fixed', 'id:x'],
  ['--fixed', 'id:2', '--format', 'csv'],

  ['--fixed', 'id:9999999'],
  ['--fixed', 'id:2,amount:3,id:2'],
  ['--fixed', ''],

  ['--sheet', ''],
  ['--sheet', 'A', '--format', 'csv'],
  ['--sheet', 'x'.repeat(256), '--format', 'xlsx'],
  ['--blank-rows', 'drop'],
  ['--short-rows', 'fill'],
  ['--long-rows', 'x'],
  ['--repeated-headers', 'keep'],
  ['--blank-rows', 'keep', '--format', 'ndjson'],
  ['--short-rows', 'pad', '--format', 'json'],
  ['--delimiter', ';', '--format', 'json'],
  ['--quote', 'none', '--format', 'xlsx'],
  ['--null', 'NA', '--format', 'parquet'],
  ['--quote', ';', '--delimiter', ';'],
];

test.each(wrong.map((words) => [words.map((word) => word.slice(0, 30)).join(' '), words] as const))(
  '%s',
  async (_, words) => {
    const { code, out, err } = await type(['load', 'orders.csv', ...into, ...words], world);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    const told = err.split('\n').filter((line) => line.startsWith('landfall load: '));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(words[0]);
  },
);

test('what options say against each other is told beside options that are wrong, in words that one types', async () => {
  const words = [
    ...['--lineage', 'amount=who', '--min-records', '5', '--max-records', '3', '--replace-where', 'amount=1'],
    ...['--ignore', 'a', '--rename', 'a=amount', '--header-join', '-', '--null', '"x"', '--sensitive', ','],
  ];
  const { code, err } = await type(['load', 'orders.csv', ...into, ...words], world);
  expect(code).toBe(64);
  const told = err.split('\n').filter((line) => line.startsWith('landfall load: '));
  expect(told.map((line) => line.replace('landfall load: ', '')).toSorted()).toEqual([
    '--header-join: is for a header of several rows: --header-rows',
    '--lineage amount: "who" is none; it is load-id, object-key, line, record, loaded-at, object-time',
    '--min-records: is above --max-records: no file could pass',
    String.raw`--null "\"x\"": holds a quote, so no cell without quotes can be it`,
    '--rename (a): is also in --ignore: choose one',
    '--replace-where: goes with --conflict replace alone, which deletes what the file does not hold',
    '--sensitive: "," holds an empty column name; write --sensitive email,phone',
  ]);
  // what stands on a format that is none may be right with the one that is meant
  const unknown = await type(['load', 'orders.csv', ...into, '--format', 'cvs', '--comment', '"'], world);
  expect(unknown.err.match(/landfall load: /g)).toHaveLength(1);
});

test('all that is wrong with one command is told together, each once', async () => {
  const words = [
    '--skip-rows',
    'x',
    '--escape',
    'ab',
    '--comment',
    'x'.repeat(21),
    '--encoding',
    'none',
    '--header-rows',
    'z',
  ];
  const more = ['--json-path', 'a[', '--blank-rows', 'no', '--quote', 'ab'];
  const { code, err } = await type(['load', 'orders.csv', ...into, ...words, ...more], world);
  expect(code).toBe(64);
  const told = err.split('\n').filter((line) => line.startsWith('landfall load: '));
  const options = ['skip-rows', 'escape', 'comment', 'encoding', 'header-rows', 'json-path', 'blank-rows', 'quote'];
  expect(new Set(told.map((line) => /--([a-z-]+)/.exec(line)?.[1]))).toEqual(new Set(options));
  expect(told).toHaveLength(options.length);
});
