import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formCodes, isPlain, type ScannedForm } from '../../../functions/formats/shared/plain-forms.ts';
import { cellsNear, typedForms } from './plain-cells.ts';
import { plainText } from './delimited/reference.ts';

/** Judged in the middle of other bytes, as in a file. */
function isPlainCell(form: ScannedForm, cell: string): boolean {
  const bytes = Buffer.from(`9${cell}9`);
  return isPlain(formCodes([form])[0] as number, bytes, 1, bytes.length - 1);
}

test.each([...typedForms, 'offset moment' as const])('%s is plain exactly where its pattern says', (form) => {
  fc.assert(
    fc.property(cellsNear(form), (cell) => {
      expect([cell, isPlainCell(form, cell)]).toEqual([cell, plainText[form](cell)]);
    }),
    { numRuns: 3000 },
  );
});

describe.each<[form: ScannedForm, plain: string[], raw: string[]]>([
  ['int2', ['0', '-0', '0007', '-9999'], ['10000', '32767', '+1', ' 1', '1 ', '-', '1.0', '1_0', '0x1']],
  ['int4', ['999999999', '-999999999'], ['2147483647', '1234567890']],
  ['int8', ['999999999999999999'], ['9223372036854775807']],
  ['numeric', ['1.50', '-0.0', '9'.repeat(1000)], ['.5', '5.', '1e3', 'NaN', '1,5', '-', '1.2.3', '9'.repeat(1001)]],
  [
    'float8',
    ['1', '1.5e-99', '1E+9', `${'9'.repeat(200)}e99`],
    ['1e100', '1e', '1e+', 'e5', '.5e1', '9'.repeat(201), 'Infinity'],
  ],
  [
    'boolean',
    ['true', 'FALSE', 'True', 't', 'F'],
    ['yes', '\u0014', '&', 'v', '1', 'tru', 'truee', 'falsE ', 'Tru\u0005'],
  ],
  [
    'date',
    ['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'],
    [
      '2023-02-29',
      '1900-02-29',
      '2024-04-31',
      '2024-00-01',
      '2024-13-01',
      '2024-01-00',
      '0000-01-01',
      '2024-1-1',
      '2024/01/01',
      '12024-01-01',
    ],
  ],
  [
    'time',
    ['00:00:00', '23:59:59.999999', '12:00:00.1'],
    ['24:00:00', '12:60:00', '12:00:60', '12:00', '12:00:00.', '12:00:00.1234567', '12:00:00Z'],
  ],
  [
    'timestamp',
    [
      '2024-02-29T23:59:59',
      '2024-02-29 23:59:59.5',
      '2024-02-29 23:59:59Z',
      '2024-02-29 23:59:59+00',
      '2024-02-29 23:59:59-00:00',
    ],
    [
      '2024-02-29',
      '2024-02-29t23:59:59',
      '2024-02-29 23:59:59+01',
      '2024-02-29 23:59:59 Z',
      '2023-02-29 00:00:00',
      '2024-02-29 23:59:59+0000',
    ],
  ],
  [
    'timestamptz',
    ['2024-02-29T23:59:59', '2024-02-29 23:59:59.123456+05:30', '2024-02-29 23:59:59-15:59', '2024-02-29 23:59:59-05'],
    [
      '2024-02-29 23:59:59+16',
      '2024-02-29 23:59:59+15:60',
      '2024-02-29 23:59:59+5',
      '2024-02-29 23:59:59 UTC',
      '2024-02-29 23:59:59z',
    ],
  ],
  [
    'uuid',
    ['01234567-89ab-cdef-ABCD-EF0123456789'],
    [
      '0123456789abcdefabcdef0123456789',
      '{01234567-89ab-cdef-abcd-ef0123456789}',
      '01234567-89ab-cdef-abcd-ef012345678g',
      '01234567-89ab-cdef-abcd-ef012345678',
    ],
  ],
])('%s', (form, plain, raw) => {
  test.each(plain)('takes %s', (cell) => {
    expect(isPlainCell(form, cell)).toBe(true);
  });
  test.each(raw)('leaves %s to PostgreSQL', (cell) => {
    expect(isPlainCell(form, cell)).toBe(false);
  });
});

test('text takes anything', () => {
  expect(isPlainCell('text', ' \u0007"')).toBe(true);
});
