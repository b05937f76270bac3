import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseByteSize, showByteSize } from '../../../functions/core/byte-size.ts';

const powers = { '': 0, B: 0, kB: 1, MB: 2, GB: 3, TB: 4 } as const;

it.each([
  ['20MB', 20 * 1024 ** 2],
  ['20 MB', 20 * 1024 ** 2],
  ['20mb', 20 * 1024 ** 2],
  ['1.5GB', 1.5 * 1024 ** 3],
  ['8192', 8192],
  [' 1 ', 1],
  ['0.5kB', 512],
])('%s is %d bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

it.each([
  '',
  '0',
  '0MB',
  '0.1',
  '-1',
  '20 MiB',
  '20m',
  'MB',
  '1e6',
  '0x10',
  '20MB!',
  '1,5GB',
  '20  MB',
  '.5GB',
  'Infinity',
  '9999999999TB',
  '20constructor',
])('%j is none', (text) => {
  expect(parseByteSize(text)).toBeNull();
});

it('reads what PostgreSQL would write: a whole number with a unit is so many powers of 1024', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8_000 }),
      fc.constantFrom(...(Object.keys(powers) as (keyof typeof powers)[])),
      fc.constantFrom('', ' '),
      (number, unit, blank) => {
        expect(parseByteSize(`${number}${unit === '' ? '' : blank}${unit}`)).toBe(number * 1024 ** powers[unit]);
      },
    ),
  );
});

it('never answers anything but a whole number of bytes, 1 or more', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,20}\.?[0-9]{0,5} ?[kMGTB]{0,3}$/)), (text) => {
      const bytes = parseByteSize(text);
      expect(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 1)).toBe(true);
    }),
  );
});

it.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [20 * 1024 ** 2, '20 MB'],
  [1.5 * 1024 ** 3, '1.5 GB'],
  [24_234_567, '23.1 MB'],
  [1023 * 1024, '1023 kB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(showByteSize(bytes)).toBe(text);
});

it('is shown as it was typed, and never off by more than half a percent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1023 }), fc.constantFrom('kB', 'MB', 'GB'), (number, unit) => {
      expect(showByteSize(parseByteSize(`${number}${unit}`) ?? 0)).toBe(`${number} ${unit}`);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1024, max: 2 ** 50 }), (bytes) => {
      const read = parseByteSize(showByteSize(bytes)) ?? 0;
      expect(Math.abs(read - bytes)).toBeLessThanOrEqual(Math.max(1, bytes * 0.005));
    }),
  );
});
