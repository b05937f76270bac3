import { expect, test } from 'vitest';
import { floats } from '../../../../functions/decoding/parquet/texts/floats.ts';

/** Numbers whose text is easily lost: no sign of zero, digits of a single that a double has more of, and the ends of the range. */
const singles: readonly (readonly [number, string])[] = [
  [-0, '-0'],
  [0, '0'],
  [0.1, '0.1'],
  [-16_777_217, '-16777216'],
  [3.402_823_466_385_288_6e38, '3.4028235e+38'],
  [1.401_298_464_324_817e-45, '1e-45'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
];

test.each(singles)('the single %d is written as the shortest text that reads back, its sign with it', (value, text) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  const out = Buffer.alloc(32);
  const end = floats.single.write(bytes, 0, 4, out, 0);
  expect(out.toString('latin1', 0, end)).toBe(text);
  if (!Number.isNaN(value)) expect(Math.fround(Number(text))).toBe(Math.fround(value));
});
