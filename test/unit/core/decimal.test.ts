import { expect, test } from 'vitest';
import { decimalText, sameDecimal } from '../../../functions/core/control/decimal.ts';

test.each([
  ['1.50', '1.5', true],
  ['+007', '7.0', true],
  ['-0.00', '0', true],
  ['-1', '1', false],
  ['10', '1', false],
  ['0.10', '0.01', false],
  ['9223372036854775807', '9223372036854775808', false],
  ['NaN', 'NaN', true],
  ['NaN', '0', false],
])('%s and %s are one number: %s', (one, other, same) => {
  expect(sameDecimal(one, other)).toBe(same);
});

test('a decimal text has digits on both sides of its point, and nothing else', () => {
  for (const text of ['1', '-1.0', '+0.5', '00']) expect(text).toMatch(decimalText);
  for (const text of ['', '1.', '.5', '1e3', ' 1', '1,5', 'NaN', '--1', '1\n']) expect(text).not.toMatch(decimalText);
});
