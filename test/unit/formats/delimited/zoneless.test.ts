import { expect, test } from 'vitest';
import { scanSlice, wholeObject } from './scan-all.ts';

const hour = 3600;
const second = (text: string): number => Date.parse(`${text}Z`) / 1000;
const zoneJumps = [{ start: second('2024-03-31T02:00:00'), end: second('2024-03-31T02:00:00') + hour }];
const scan = (lines: readonly string[], jumps = zoneJumps): ReturnType<typeof scanSlice> => {
  const object = Buffer.from(`${lines.join('\n')}\n`);
  return scanSlice(object, wholeObject(object, { forms: ['text', 'timestamptz', 'timestamptz'], zoneJumps: jumps }));
};

test('moments without an offset are counted in the records that go typed', () => {
  const { counts } = scan([
    'a,2024-01-02 03:04:05,2024-01-02T03:04:05.5',
    'b,2024-01-02 03:04:05Z,"2024-01-02 03:04:05.123456"',
    'c,2024-01-02 03:04:05-08,2024-01-02 03:04:05.1+05:30',
    'd,,2024-01-02 03:04:05+02',
    'e,2024-01-02 03:04:05,today',
  ]);
  expect(counts).toMatchObject({ typed: 4, raw: 1, zonelessCells: 3 });
});

test('a moment without an offset is raw where its zone has it never or twice, and only there', () => {
  const { raw, counts } = scan([
    'before,2024-03-31 01:59:59.999999,',
    'first,2024-03-31 02:00:00,',
    'last,"2024-03-31T02:59:59.5",',
    'after,2024-03-31 03:00:00,',
    'offset,2024-03-31 02:30:00+01,',
    'other day,2024-03-30 02:30:00,',
  ]);
  expect(raw.map((record) => record.raw.toString().split(',')[0])).toEqual(['first', 'last']);
  expect(counts).toMatchObject({ typed: 4, zonelessCells: 3 });
});

test('a zone without jumps has no odd moment', () => {
  expect(scan(['a,2024-03-31 02:30:00,'], []).counts).toMatchObject({ typed: 1, raw: 0 });
});
