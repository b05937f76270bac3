import { expect, test } from 'vitest';
import { keysOfPath } from '../../../functions/core/format/json-path.ts';
import { recordsInDocument } from '../../../functions/propose/records-in-document.ts';

test.each([
  ['an array behind a key', { meta: { count: 2 }, features: [{ a: 1 }, { a: 2 }] }, [['features', 2]]],
  ['behind several keys', { data: { page: { items: [{}, {}, {}] } } }, [['data.page.items', 3]]],
  [
    'the longest first',
    { a: [{}, {}], b: { c: [{}, {}, {}] } },
    [
      ['b.c', 3],
      ['a', 2],
    ],
  ],
  ['a key that is no word', { 'a.b': { 'c/d~e': [{}, {}] } }, [['/a.b/c~1d~0e', 2]]],
  ['an array in a record is a part of it', { rows: [{ tags: [{}, {}] }, { tags: [{}, {}, {}] }] }, [['rows', 2]]],
  ['values, pairs and one object are no records', { x: [1, 2], y: [[1], [2]], z: [{}], n: [{}, null] }, []],
  ['deeper than four keys', { a: { b: { c: { d: { e: [{}, {}] } } } } }, []],
  ['nothing', null, []],
] as const)('%s', (_what, document, found) => {
  expect(recordsInDocument(document).map(({ path, records }) => [path, records])).toEqual(found);
  for (const [path] of found) expect(keysOfPath(path)).not.toBe(null);
});

test('the whole document is a path too', () => expect(keysOfPath('$')).toEqual([]));
