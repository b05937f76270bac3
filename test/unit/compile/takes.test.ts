import { expect, test } from 'vitest';
import { type DatasetInput, defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { datasetForKey, takes } from '../../../functions/compile/declaration/takes.ts';

const dataset = (name: string, prefix: string, upload?: DatasetInput['upload']): ReturnType<typeof defineDataset> =>
  defineDataset({ name, prefix, table: 'public.t', key: ['id'], ...(upload === undefined ? {} : { upload }) });

const orders = dataset('orders', 'orders/', { suffixes: ['.csv', '.tsv'], minBytes: 2, maxBytes: 10 });
const late = dataset('late', 'orders/late/');
const all = [orders, late];

test.each([
  ['orders/a.csv', 2, 'orders'],
  ['orders/a.tsv', 10, 'orders'],
  ['orders/deep/a.csv', 5, 'orders'],
  ['orders/a.csv', 1, null],
  ['orders/a.csv', 11, null],
  ['orders/a.CSV', 5, null],
  ['orders/a.csv.gz', 5, 'orders'],
  ['orders/a.csv.zip', 5, 'orders'],
  ['orders/a.csv.zst', 5, 'orders'],
  ['orders/a.csv.rar', 5, null],
  ['orders/a.gz', 5, null],
  ['orders/.a.csv', 5, null],
  ['orders/late/a.csv', 1_000, 'late'],
  ['orders/late/a.csv.part', 5, null],
  ['order/a.csv', 5, null],
])('%s of %i bytes is taken by %s', (key, sizeBytes, taker) => {
  const takers = all.filter((each) => takes(each, { key, sizeBytes }, all)).map(({ name }) => name);
  expect(takers).toEqual(taker === null ? [] : [taker]);
});

test.each([
  [{ manifest: 'day-*.json' }, ['orders/day-1.json', 'orders/deep/day-.json']],
  [{ marker: '_SUCCESS' }, ['orders/_SUCCESS', 'orders/deep/_SUCCESS']],
])('a dataset whose objects come in sets takes what starts them alone: %j', (set, starts) => {
  const sets = defineDataset({ name: 'orders', prefix: 'orders/', table: 'public.t', key: ['id'], set });
  const keys = [
    ...starts,
    'orders/a.csv',
    'orders/day-1.json.csv',
    'orders/a_SUCCESS',
    'orders/.day-1.json',
    'orders/',
  ];
  expect(keys.filter((key) => takes(sets, { key, sizeBytes: 0 }, [sets]))).toEqual(starts);
});

test('a dataset without a prefix takes nothing by itself', () => {
  const { prefix: _none, ...adHoc } = orders;
  expect(takes({ ...adHoc, prefix: null }, { key: 'orders/a.csv', sizeBytes: 5 }, [{ ...adHoc, prefix: null }])).toBe(
    false,
  );
});

test('a key belongs to the dataset with the longest prefix', () => {
  const whole = dataset('all', 'in/');
  const special = dataset('special', 'in/special/');
  for (const among of [
    [whole, special],
    [special, whole],
  ]) {
    expect(datasetForKey('in/special/a.csv', among)?.name).toBe('special');
    expect(datasetForKey('in/specials.csv', among)?.name).toBe('all');
    expect(datasetForKey('In/a.csv', among)).toBeNull();
    expect(datasetForKey('in', among)).toBeNull();
  }
});
