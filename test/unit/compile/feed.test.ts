import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contractHash } from '../../../functions/core/contract-hash.ts';
import { fetchedName, fetchedNames } from '../../../functions/compile/schedule/fetched-name.ts';
import { type DatasetInput, defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { contract, refusal } from './build.ts';

const least = { name: 'orders', prefix: 'orders/', table: 'sales.orders', key: ['id'] };
const define = (input: object): unknown => defineDataset({ ...least, ...input });
const daily = { schedule: { expression: 'rate(1 day)' } };
const url = 'https://example.com/files/orders.csv';

/** Everything that says how files come. */
const feed = {
  schedule: { expression: 'cron(0 2 ? * MON-FRI *)', timeZone: 'Europe/Zurich', windowMinutes: 15 },
  fetch: { url, hosts: ['cdn.example.com'], secret: 'orders/feed', maxBytes: 1000, as: '{date}/orders.csv' },
  upload: { suffixes: ['.csv'], minBytes: 1, maxBytes: 1000 },
  gather: { seconds: 30, maxObjects: 100, maxBytes: 1000 },
  expectEveryHours: 26,
} as const;

describe('how the files of a dataset come', () => {
  test('may be left out, and then nothing of it is there', () => {
    expect(Object.keys(defineDataset(least))).not.toEqual(expect.arrayContaining(['schedule']));
    expect(Object.keys(feed).filter((field) => field in defineDataset(least))).toEqual([]);
  });

  test('has defaults: UTC, no window, 10 GiB, only the host of the URL', () => {
    expect(define({ ...daily, fetch: { url } })).toMatchObject({
      schedule: { expression: 'rate(1 day)', timeZone: 'UTC', windowMinutes: 0 },
      fetch: { url, hosts: [], maxBytes: 10 * 1024 ** 3 },
    });
  });

  test('is kept as it was declared', () => {
    expect(define(feed)).toMatchObject({ ...feed, fetch: { ...feed.fetch, hosts: [...feed.fetch.hosts] } });
  });

  test('says nothing about rows: contract and hash are the same with it', () => {
    const fetch = { ...feed.fetch, hosts: [...feed.fetch.hosts] };
    const upload = { ...feed.upload, suffixes: [...feed.upload.suffixes] };
    const fed = contract({ ...feed, fetch, upload });
    expect(fed).toEqual(contract());
    expect(contractHash(fed)).toBe(contractHash(contract()));
    expect(contractHash(fed)).not.toBe(contractHash(contract({ leniencies: ['trimBlanks'] })));
  });
});

test('all problems of a feed are told at once, in words', () => {
  const wrong = {
    ...least,
    schedule: { expression: 'cron(0 25 * * * *)', timezone: 'UTC', timeZone: 'Europe/Zürich', windowMinutes: 1441 },
    fetch: {
      url: 'http://me:secret@example.com/#x',
      hosts: ['https://cdn'],
      secret: 'a b',
      maxBytes: 0,
      as: '../{day}',
    },
    upload: { suffixes: ['*.csv'], minBytes: -1, maxbytes: 1 },
    gather: { seconds: 0, maxObjects: 10_001 },
    expectEveryHours: 0.5,
  };
  expect(refusal(() => defineDataset(wrong as unknown as DatasetInput))).toMatchInlineSnapshot(`
    "DATASET_INVALID: Dataset "orders" is not valid:
      schedule.expression: hours: "25" is none of 0 to 23, *
      schedule.expression: day-of-month and day-of-week cannot both say which days: write ? in one of them, like cron(0 2 * * ? *)
      schedule.timeZone: must be the IANA name of a time zone, like "Europe/Zurich" or "UTC", not "Europe/Zürich". Did you mean "Europe/Zurich"?
      schedule.windowMinutes: must be at most 1440, not 1441
      "timezone" is not a field of schedule. Did you mean "timeZone"? Its fields are expression, timeZone, windowMinutes.
      fetch.url: must begin with https://, not http:
      fetch.url: must hold no user or password: name a secret in fetch.secret
      fetch.url: must hold no #: what follows it is never sent to a server
      fetch.hosts.0: must be the name of a host in small letters, like "cdn.example.com"
      fetch.secret: must be the name or ARN of a secret of Secrets Manager
      fetch.maxBytes: must be at least 1, not 0
      fetch.as: "../{day}" may hold {date} and {time} and no other braces
      upload.suffixes.0: must be how keys end, like ".csv", without * or ?
      upload.minBytes: must be at least 0, not -1
      "maxbytes" is not a field of upload. Did you mean "maxBytes" or "minBytes"? Its fields are suffixes, minBytes, maxBytes.
      gather.seconds: must be at least 1, not 0
      gather.maxObjects: must be at most 10000, not 10001
      expectEveryHours: must be a whole number, not 0.5"
  `);
});

test('docs/datasets.md has every field of it', () => {
  const names = Object.entries(feed).flatMap(([field, inside]) =>
    typeof inside === 'object' ? Object.keys(inside).map((name) => `${field}.${name}`) : [field],
  );
  const document = readFileSync(new URL('../../../docs/datasets.md', import.meta.url), 'utf8');
  names.push('set.manifest', 'set.marker');
  expect(names.length).toBe(17);
  expect(names.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
});

describe('a feed is refused', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['with a fetch but no schedule', { fetch: { url } }],
    [
      'with a URL that names no file, and no name',
      { ...daily, fetch: { url: 'https://example.com/files/?day=today' } },
    ],
    ['with no URL', { ...daily, fetch: { url: 'example.com/orders.csv' } }],
    [
      'with a name that no rule would load',
      { ...daily, fetch: { url, as: '{date}.txt' }, upload: { suffixes: ['.csv', '.tsv'] } },
    ],
    ['with a URL that no rule would load', { ...daily, fetch: { url }, upload: { suffixes: ['.tsv'] } }],
    ['with files that may be too large to load', { ...daily, fetch: { url }, upload: { maxBytes: 1000 } }],
    [
      'with objects that are gathered, each with control totals of its own',
      { gather: {}, control: { sidecar: 'required' }, trailerRows: 1, trailerTotals: { line: 1, records: 1 } },
    ],
    ['with a set that nothing starts', { set: {} }],
    ['with a set that starts in two ways', { set: { manifest: '*.json', marker: '_SUCCESS' } }],
    ['with a set that is gathered', { set: { marker: '_SUCCESS' }, gather: {}, control: { sidecar: 'required' } }],
    ['with a marker in a folder', { set: { marker: 'day/_SUCCESS' } }],
    ['with a size that nothing has', { upload: { minBytes: 9, maxBytes: 3 } }],
    ['with an offset for a time zone', { schedule: { expression: 'rate(1 day)', timeZone: '+02:00' } }],
    ['with a time zone in small letters', { schedule: { expression: 'rate(1 day)', timeZone: 'europe/zurich' } }],
    ['with a time zone of a neighbour', { schedule: { expression: 'rate(1 day)', timeZone: 'Europe/Zurch' } }],
    ['with a name in a folder above', { ...daily, fetch: { url, as: 'a/../../b' } }],
    ['with a name of another kind of braces', { ...daily, fetch: { url, as: 'orders-{hour}.csv' } }],
  ];
  test.each(cases)('%s', (_, input) => {
    expect(refusal(() => define(input))).toMatchSnapshot();
  });
});

describe('the name of what is fetched', () => {
  const at = new Date('2024-07-01T02:00:00Z');
  test.each([
    [{ url }, 'orders-2024-07-01T020000Z.csv'],
    [{ url: 'https://example.com/a%20b%2Fc.csv?sig=1' }, 'a-b-c-2024-07-01T020000Z.csv'],
    [{ url: 'https://example.com/100%.csv' }, '100--2024-07-01T020000Z.csv'],
    [{ url: 'https://example.com/export' }, 'export-2024-07-01T020000Z'],
    [{ url: 'https://example.com/orders.csv.gz' }, 'orders-2024-07-01T020000Z.csv.gz'],
    [{ url, as: '{date}/{time}.csv' }, '2024-07-01/020000.csv'],
    [{ url, as: 'orders.csv' }, 'orders.csv'],
  ])('%j at two in the morning is %s', (fetch, name) => {
    expect(fetchedName(fetch, at)).toBe(name);
    expect(fetchedNames(fetch).matches(name)).toBe(true);
    expect(name.startsWith(fetchedNames(fetch).begin)).toBe(true);
  });

  test('is told from the names of other files under the prefix', () => {
    const { begin, matches } = fetchedNames({ url });
    expect(begin).toBe('orders-');
    expect(['orders.csv', 'orders-2024-07-01T020000Zxcsv', 'orders-late.csv', 'x/orders.csv'].filter(matches)).toEqual(
      [],
    );
  });
});
