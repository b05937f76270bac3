import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verbs } from '../../../cli/verbs.ts';
import { standIn, type } from './terminal.ts';

// Wrong usage: every one ends with 64, names what is wrong and shows the right form. The snapshots are the messages.

const world = standIn();
writeFileSync(join(world.folder, 'orders.csv'), 'id,amount\n1,2\n');
mkdirSync(join(world.folder, 'incoming'));
const into = ['--into', 'public.orders', '--key', 'id'];

const wrong: readonly (readonly [string, readonly string[]])[] = [
  ['no verb', []],
  ['a misspelt verb', ['laod', 'orders.csv']],
  ['a verb of another tool', ['upload', 'orders.csv']],
  ['an option before the verb', ['--json', 'load']],
  ['no file', ['load', ...into]],
  ['a file that is not there', ['load', 'order.csv', ...into]],
  ['a file in a folder that is not there', ['load', 'incomming/orders.csv', ...into]],
  ['a pattern that matches nothing', ['load', '*.tsv', ...into]],
  ['a folder', ['load', 'incoming', ...into]],
  ['stdin twice, where there is none', ['load', '-', '-', ...into]],
  ['a form of output that is none', ['list', '--output', 'yaml']],
  ['two forms of output', ['status', '--output', 'csv', '--json']],
  ['as little and as much as can be said', ['list', '--quiet', '--verbose']],
  ['a device', ['load', '/dev/null', ...into]],
  ['a URL of the web', ['load', 'https://example.org/orders.csv', ...into]],
  ['a bucket without a key', ['load', 's3://landing', ...into]],
  ['a bucket name that S3 does not have', ['load', 's3://My Bucket/orders.csv', ...into]],
  ['no dataset and no table', ['load', 'orders.csv']],
  ['an S3 key that no dataset claims', ['load', 's3://landing/unknown/orders.csv']],
  ['a misspelt option', ['load', 'orders.csv', '--datset', 'orders']],
  ['an unknown option', ['load', 'orders.csv', '--wordy', ...into]],
  ['an unknown short option', ['load', 'orders.csv', '-x', ...into]],
  ['a misspelt dataset', ['load', 'orders.csv', '--dataset', 'order']],
  ['an unknown dataset', ['load', 'orders.csv', '--dataset', 'customers']],
  ['a dataset and a table', ['load', 'orders.csv', '--dataset', 'orders', ...into]],
  ['a dataset and a delimiter', ['load', 'orders.csv', '--dataset', 'orders', '--delimiter', ';']],
  ['a dataset and a leniency', ['load', 'orders.csv', '--dataset', 'orders', '--lenient', 'trimBlanks']],
  ['a dataset and a cleaning step', ['load', 'orders.csv', '--dataset', 'orders', '--clean', 'id=trim']],
  ['misspelt cleaning steps', ['load', 'orders.csv', ...into, '--clean', 'a=trimm,null,nfc:x', '--clean', 'trim']],
  ['a table without a key', ['load', 'orders.csv', '--into', 'public.orders']],
  ['a key without a table', ['load', 'orders.csv', '--key', 'id']],
  ['a table name of three parts', ['load', 'orders.csv', '--into', 'shop.public.orders', '--key', 'id']],
  ['a key with an empty name', ['load', 'orders.csv', '--into', 'public.orders', '--key', 'id,']],
  ['a key beside a rule that takes none', ['load', 'orders.csv', ...into, '--conflict', 'append']],
  ['a key that names a column twice', ['load', 'orders.csv', '--into', 'public.orders', '--key', 'id,id']],
  ['an option without its value', ['load', 'orders.csv', '--into', 'public.orders', '--key']],
  ['an option where a value belongs', ['load', 'orders.csv', '--dataset', '--json']],
  ['an empty value', ['load', 'orders.csv', '--dataset=']],
  ['an option given twice', ['load', 'orders.csv', '--dataset', 'orders', '--dataset', 'zipcodes']],
  ['a value for a switch', ['load', 'orders.csv', '--json=yes', ...into]],
  ['a delimiter of nine characters', ['load', 'orders.csv', '--delimiter', '|||||||||', ...into]],
  ['a delimiter with a letter', ['load', 'orders.csv', '--delimiter', '|é|', ...into]],
  ['a digit as delimiter', ['load', 'orders.csv', '--delimiter', '1', ...into]],
  ['words for NULL with a dataset', ['load', 'orders.csv', '--dataset', 'orders', '--null', 'NA', '--null', '-']],
  ['a quote as delimiter', ['load', 'orders.csv', '--delimiter', '"', ...into]],
  ['a wrong conflict rule', ['load', 'orders.csv', '--conflict', 'merge', ...into]],
  ['newer-wins without its column', ['load', 'orders.csv', '--conflict', 'newer-wins', '--keep', 'first', ...into]],
  ['a wrong keep', ['load', 'orders.csv', '--keep', 'newest', ...into]],
  [
    'limits that are no numbers',
    ['load', 'orders.csv', '--max-rejects', '-1', '--max-reject-share', '5', '--max-record-bytes', '32MB', ...into],
  ],
  [
    'limits of codes and columns that are none',
    [
      ...['load', 'orders.csv', '--max-rejects-by-code', 'NOT_NUL=1', '--max-rejects-by-code', 'NOT_NULL', ...into],
      ...['--max-rejects-by-code', 'NOT_NULL=1', '--max-rejects-by-code', 'NOT_NULL=2', '--null-share', 'a=b=1.5'],
    ],
  ],
  ['a conflict rule and a dataset', ['load', 'orders.csv', '--dataset', 'orders', '--conflict', 'upsert']],
  ['a misspelt leniency', ['load', 'orders.csv', '--lenient', 'trimBlank', ...into]],
  ['slices of no bytes', ['load', 'orders.csv', '--slice-bytes', '0', ...into]],
  ['slices of minus five bytes', ['load', 'orders.csv', '--slice-bytes', '-5', ...into]],
  ['slices in megabytes', ['load', 'orders.csv', '--slice-bytes', '8MB', ...into]],
  ['a load of a table that is used sometimes', ['load', 'orders.csv', '--live', 'ye', ...into]],
  ['indexes that are built anew', ['load', 'orders.csv', '--indexes', 'rebuilt', ...into]],
  ['a lag in megabits', ['load', 'orders.csv', '--max-lag-bytes', '20 MiB', ...into]],
  ['a throttle query of nothing', ['load', 'orders.csv', '--throttle-query', ' ', ...into]],
  [
    'every wrong number of traffic at once',
    [
      ...['load', 'orders.csv', '--max-lag-bytes', '0', '--max-lag-seconds', '5s', '--target-batch-ms', '1s'],
      ...['--lock-timeout-ms', '10001', '--deadline-minutes', '0', '--live', 'maybe', ...into],
    ],
  ],
  ['another database', ['load', 'orders.csv', '--database-url', 'mysql://app@db/shop', ...into]],
  ['a JDBC URL', ['load', 'orders.csv', '--database-url', 'jdbc:postgresql://db/shop', ...into]],
  ['a list of keywords', ['load', 'orders.csv', '--database-url', 'host=db dbname=shop', ...into]],
  ['a host name alone', ['load', 'orders.csv', '--database-url', 'db.example.org', ...into]],
  ['a URL without a database', ['load', 'orders.csv', '--database-url', 'postgres://app@db:5432', ...into]],
  ['a URL without a host', ['load', 'orders.csv', '--database-url', 'postgres:///shop', ...into]],
  ['a port that no machine has', ['load', 'orders.csv', '--database-url', 'postgres://app@db:54321111/shop', ...into]],
  [
    'a password that is not encoded',
    ['load', 'orders.csv', '--database-url', 'postgres://app:s3c#ret/x@db/shop', ...into],
  ],
  [
    'an sslmode that does not exist',
    ['load', 'orders.csv', '--database-url', 'postgres://db/shop?sslmode=required', ...into],
  ],
  [
    'TLS that anyone may turn off',
    ['load', 'orders.csv', '--database-url', 'postgres://db/shop?sslmode=prefer', ...into],
  ],
  [
    'several mistakes at once',
    ['load', 'order.csv', '--into', 'public.orders', '--lenient', 'x', '--slice-bytes', 'x'],
  ],
  ['migrate with a file', ['migrate', 'orders.csv']],
  ['stop with a name', ['stop', 'postgres']],
  ['url of a database that is named', ['url', 'postgres://app@db/shop']],
  ['status with a number', ['status', '7']],
  ['dev with a file', ['dev', 'orders.csv']],
  ['explain without a load', ['explain']],
  ['explain of a name', ['explain', 'orders']],
  ['rejects of two loads', ['rejects', '7', '8']],
  ['rejects without end', ['rejects', '7', '--limit', 'all']],
  ['list of an outcome that there is none', ['list', '--outcome', 'done']],
  ['list since a word', ['list', '--since', 'yesterday']],
  ['retry without a load', ['retry']],
  ['retry of one load and of many', ['retry', '7', '--failed', '--since', '1h']],
  ['retry of many without a time', ['retry', '--failed']],
  ['retry of many with force', ['retry', '--failed', '--since', '1h', '--force']],
  ['retry of one load of a dataset', ['retry', '7', '--dataset', 'orders', '--since', '1h']],
  ['retry of one load with a time', ['retry', '7', '--since', '1h']],
  ['retry of more than one call takes', ['retry', '--failed', '--since', '1h', '--limit', '5000']],
  ['retry of many since a word', ['retry', '--failed', '--since', 'yesterday']],
  ['cancel of a table', ['cancel', 'public.orders']],
  ['release of nothing', ['release']],
  ['pause of nothing', ['pause']],
  ['pause of two tables', ['pause', 'public.a', 'public.b']],
  ['resume of no name', ['resume', 'a.b.c']],
  ['backfill without a prefix', ['backfill', '--since', '7d']],
  ['backfill without a time', ['backfill', 'orders/']],
  ['a stack and a database', ['status', '--stack', 'Landfall', '--database-url', 'postgres://a@b:5432/c']],
];

test.each(wrong)('%s', async (_, words) => {
  const { code, out, err } = await type(words, world);
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(err).toMatchSnapshot();
});

test('a DATABASE_URL that is none is named as such', async () => {
  const elsewhere = standIn({ DATABASE_URL: 'db.example.org:5432' });
  const { code, err } = await type(['migrate'], elsewhere);
  expect(code).toBe(64);
  expect(err).toMatchSnapshot();
});

test('what npm sets of its own, or a .npmrc, is nothing that was typed', async () => {
  const env = { npm_config_prefix: '/usr', npm_config_key: 'PEM', npm_config_name: 'x', npm_config_json: 'true' };
  expect((await type(['init', 'absent.csv'], standIn(env))).err).toContain('there is no file absent.csv in FOLDER');
  expect((await type(['load', 'absent.csv'], standIn({ ...env, npm_config_dry_run: 'true' }))).err).toContain(
    'npm kept --key and --dry-run for itself: put two dashes before the verb',
  );
});

test('options that npm kept for itself are explained', async () => {
  const { context, folder, printed } = world;
  const npm = {
    folder,
    printed,
    context: { ...context, env: { npm_config_into: 'public.orders', npm_config_key: 'id' } },
  };
  const { code, err } = await type(['load', 'orders.csv', 'public.orders', 'id'], npm);
  expect(code).toBe(64);
  expect(err).toMatchSnapshot();
});

test('no message shows a password', async () => {
  const url = 'postgres://app:s3cret@db:99999/shop';
  const { code, err } = await type(['load', 'orders.csv', '--database-url', url, ...into], world);
  expect(code).toBe(64);
  expect(err).not.toContain('s3cret');
});

test.each(Object.keys(verbs))('%s --help', async (verb) => {
  const { code, out, err } = await type([verb, '--help', '--wrong'], world);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatchSnapshot();
  expect((await type(['help', verb], world)).out).toBe(out);
});

test('landfall --help lists every verb', async () => {
  const { code, out } = await type(['--help'], world);
  expect(code).toBe(0);
  expect(out).toMatchSnapshot();
});

test('landfall --version is the version of the package', async () => {
  expect(await type(['--version'])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
});

test.each([['status'], ['stop']])('%s says when nothing runs, and makes nothing', async (verb) => {
  const { code, out, err } = await type([verb], standIn());
  expect(code).toBe(0);
  expect(`${out}${err}`).toMatchSnapshot();
});
