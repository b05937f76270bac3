import { expect, test } from 'vitest';
import type { Contract } from '../../../../functions/core/contract.ts';
import { keysOfRecords } from '../../../../functions/formats/json-lines/key-meanings.ts';
import { readRecord } from '../../../../functions/formats/json-lines/read-record.ts';
import { type ReaderSettings, startReader } from '../../../../functions/formats/json-lines/reader.ts';
import { splitJson } from '../../../../functions/formats/json-lines/split-json.ts';

const names = ['id', 'city', 'lat', 'address', 'rest'] as const;
const renamed = { 'address.city': 'city', 'Address.Geo.lat': 'lat' };

interface Options {
  readonly unknownColumns?: Contract['unknownColumns'];
  readonly ignored?: readonly string[];
  readonly columns?: readonly string[];
}

/** The cells of the record by their columns; the code of its fault. */
function read(record: string, { unknownColumns, ignored = [], columns = names }: Options = {}): object | string {
  const own = Object.fromEntries(columns.map((name) => [name, name]));
  const folded = Object.fromEntries(Object.entries(renamed).map(([header, name]) => [header.toLowerCase(), name]));
  const contract = {
    ...{ headerNames: { ...own, ...folded }, ignoredHeaders: ignored },
    ...(unknownColumns !== undefined && { unknownColumns }),
  } as unknown as Contract;
  const fileColumns = columns.map((name) => ({ header: name, column: { name } })) as never;
  const settings: ReaderSettings = {
    columns: columns.map((name) => ({ form: 'text', json: name === 'rest' || name === 'address' ? 'jsonb' : null })),
    ...keysOfRecords(contract, fileColumns),
    captureColumn: columns.indexOf('rest'),
  };
  const reader = startReader(settings);
  // twice, so that keys that were met before are read too
  readRecord(reader, Buffer.from(`${record}\n`), 0);
  readRecord(reader, Buffer.from(`${record}\n`), 0);
  if (reader.fault !== null) return `${reader.fault.code}: ${reader.fault.words}`;
  const cells = splitJson(reader, Buffer.from(record));
  const found = columns.map((name, i) => [name, cells[i]?.toString('utf8')] as const);
  return Object.fromEntries(found.filter(([, cell]) => cell !== undefined));
}

const without = names.filter((name) => name !== 'address');
const whole = '{"city":"a","GEO":{"lat":1.50}}';

test.each<[words: string, record: string, options: Options, cells: object | string]>([
  ['at any depth', `{"id":1,"Address":${whole}}`, { columns: without }, { id: '1', city: 'a', lat: '1.50' }],
  ['with the object in a column of its own', `{"address":${whole}}`, {}, { address: whole, city: 'a', lat: '1.50' }],
  ['that are escaped', '{"addr\\u0065ss":{"c\\u0069ty":"\\u00e9"}}', { columns: without }, { city: 'é' }],
  ['of no object, as NULL', '{"id":1,"address":null}', { columns: without }, { id: '1' }],
  ['of an object of nothing', '{"address":{}}', { columns: without }, {}],
  ['written with a dot', '{"address.city":"a"}', { columns: without }, { city: 'a' }],
  [
    'behind a value that is no object, as a fault',
    '{"address":"x"}',
    { columns: without },
    'NESTED_VALUE: no object, where keys of "address" fill columns',
  ],
  [
    'twice, as a fault',
    '{"address.city":"a","address":{"city":"b"}}',
    { columns: without },
    'REPEATED_KEY: the key "city" fills a column that another key of the record fills already',
  ],
  [
    'beside one that no column takes, as a fault',
    '{"address":{"city":"a","geo":{"lon":1}}}',
    { columns: without },
    'UNKNOWN_KEY: no column that a file may fill takes the key "address.geo.lon"',
  ],
  [
    'beside one that is ignored by its path',
    '{"address":{"city":"a","street":[{}]}}',
    { columns: without, ignored: ['address.street'] },
    { city: 'a' },
  ],
  [
    'beside ignored ones',
    '{"address":{"city":"a","x":1}}',
    { columns: without, unknownColumns: 'ignore' },
    { city: 'a' },
  ],
  [
    'beside captured ones, with all of the object',
    '{"id":2,"address":{"geo":{"lat":2,"x":"\\\\"},"city":"a"},"y":1}',
    { columns: without, unknownColumns: { capture: 'rest' } },
    { id: '2', city: 'a', lat: '2', rest: '{"address":{"geo":{"lat":2,"x":"\\\\"},"city":"a"},"y":1}' },
  ],
  [
    'beside one that stands in a column',
    '{"address":{"city":"a","x":1}}',
    {},
    { address: '{"city":"a","x":1}', city: 'a' },
  ],
])('keys of objects fill columns: %s', (_, record, options, cells) => {
  expect(read(record, options)).toEqual(cells);
});

test('a record of more keys than any table has is a reject, also where they are ignored', () => {
  const keys = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',')}}`;
  expect(read(keys(100_000), { unknownColumns: 'ignore' })).toEqual({});
  expect(read(keys(100_001), { unknownColumns: 'ignore' })).toMatch(/^UNKNOWN_KEY: more than 100000 different keys/);
});
