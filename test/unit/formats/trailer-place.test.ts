import { expect, test } from 'vitest';
import type { TrailerPlace } from '../../../functions/core/control/trailer-totals.ts';
import { saidAtCharacters, saidBehindKeys, saidInCell } from '../../../functions/formats/shared/trailer-place.ts';

test('characters of a line are those of Unicode, from 1, and blanks that were cut off at its end are not missed', () => {
  const at = (line: string, place: string): unknown => saidAtCharacters(Buffer.from(line), place);
  expect(at('T0000042', '2-8')).toEqual({ text: '0000042' });
  expect(at('é𝔘42', '3-9')).toEqual({ text: '42' });
  expect(at('T1', '3-4')).toEqual({ problem: 'the line has 2 characters' });
});

test('cells are counted from 1', () => {
  expect(saidInCell([Buffer.from('T'), null], 2)).toEqual({ text: '' });
  expect(saidInCell([Buffer.from('T')], 2)).toEqual({ problem: 'the line has 1 cell' });
});

test('keys lead to a number, of which no digit is lost, or to a text with one', () => {
  const behind = (line: string, place: TrailerPlace): unknown => saidBehindKeys(Buffer.from(line), place);
  const line = String.raw`{"count": 9007199254740993, "sums":{"a\"1":"1","a":-0.10,"b":"7.50"},"__proto__":{"x":1}}`;
  expect(behind(line, 'count')).toEqual({ text: '9007199254740993' });
  expect(behind(line, 'sums.a')).toEqual({ text: '-0.10' });
  expect(behind(line, '/sums/b')).toEqual({ text: '7.50' });
  expect(behind(line, '__proto__.x')).toEqual({ text: '1' });
  expect(behind(line, 'sums.toString')).toEqual({ problem: 'nothing has the key "toString" there' });
  expect(behind(line, 'sums')).toEqual({ problem: 'neither a number nor a text stands there' });
  expect(behind('{"count":null}', 'count')).toEqual({ problem: 'neither a number nor a text stands there' });
  expect(behind('{"count":5,"count":4}', 'count')).toEqual({ problem: 'the key "count" stands there twice' });
  for (const none of ['TOTAL 4', '{"count":1', `"${'\\"'.repeat(50)}`, '{"count":01}'])
    expect(behind(none, 'count')).toHaveProperty('problem');
});
