import { expect, test } from 'vitest';
import type { CheckedProject } from '../../../cli/checking/checked-project.ts';
import { annotations } from '../../../cli/checking/shown.ts';

const checked: CheckedProject = {
  config: '/work/shop/landfall.config.json',
  database: null,
  datasets: [
    {
      name: 'orders, old: all',
      file: 'datasets/100%.json',
      table: null,
      problems: [{ code: 'RULE', path: ['key'], line: 3, column: 7, message: 'key: 100% wrong,\r\nas it is: b' }],
    },
    { name: 'items', file: 'datasets/items.json', table: 'public.items', problems: [] },
    {
      name: null,
      file: 'datasets/x.json',
      table: null,
      problems: [{ code: 'DATASET_INVALID', path: [], line: 1, column: 1, message: 'it holds no dataset' }],
    },
  ],
};
const judged = {
  file: 'may.csv',
  dataset: 'items',
  outcome: 'DRY_RUN',
  code: null,
  message: null,
  counts: null,
  rejectsByCode: [],
  samples: [],
  before: null,
  more: [],
} as const satisfies NonNullable<CheckedProject['against']>[number];

test('a workflow of GitHub is told each problem with its line, and nothing in it ends the command early', () => {
  expect(annotations(checked, (file) => `shop/${file}`)).toBe(
    [
      '::error file=shop/datasets/100%25.json,line=3,col=7,title=dataset orders%2C old%3A all::key: 100%25 wrong,%0D%0Aas it is: b\n',
      '::error file=shop/datasets/x.json,line=1,col=1,title=dataset::it holds no dataset\n',
    ].join(''),
  );
});

test('files that lose more records are a warning, and files that would be refused an error', () => {
  const against: CheckedProject['against'] = [
    { ...judged, more: [] },
    { ...judged, more: [{ code: 'NOT_ALLOWED', column: 'sku', rejects: 1200 }] },
    { ...judged, outcome: 'REJECTED', code: 'MISSING_COLUMN', message: 'no sku' },
    { ...judged, dataset: null, outcome: null, message: 'where shall it go?' },
  ];
  expect(annotations({ ...checked, datasets: checked.datasets.slice(1, 2), against }, (file) => file)).toBe(
    [
      '::warning file=datasets/items.json,title=may.csv into items::would now refuse more records: 1,200 NOT_ALLOWED of sku\n',
      '::error file=datasets/items.json,title=may.csv into items::MISSING_COLUMN: no sku\n',
      '::error title=may.csv::where shall it go?\n',
    ].join(''),
  );
});
