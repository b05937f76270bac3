import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { firstUndecodable, undecodable, withoutSigns } from '../../../functions/core/decoding/undecodable.ts';

test.each([
  [0, '81'],
  [63, '00d8'],
  [64, 'ff'],
  [4095, '00110000'],
  [2 ** 50 + 1, 'fa'],
])('a sign at %d for %s is read back, is no UTF-8 and ends no cell', (place, hex) => {
  const sign = undecodable(place, Buffer.from(hex, 'hex'));
  expect(sign.every((byte) => byte >= 0x80)).toBe(true);
  expect(isUtf8(sign)).toBe(false);
  const text = Buffer.concat([Buffer.from('a,é'), sign, Buffer.from('z')]);
  expect(firstUndecodable(text)).toStrictEqual({
    ...{ place, bytes: Buffer.from(hex, 'hex') },
    ...{ start: 4, end: 4 + sign.length },
  });
  expect(firstUndecodable(text, 5)).toBeNull();
  expect(withoutSigns(text).toString()).toBe('a,é\ufffdz');
});

test.each(['', 'plain', 'f9', 'f9fa', 'f981fafb', 'f981fa81fb', 'f981fa8182', 'f941fa8182fb', 'fafbf9'])(
  'other bytes (%s) are no sign, whole or not',
  (hex) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(firstUndecodable(bytes)).toBeNull();
    expect(withoutSigns(bytes)).toBe(bytes);
  },
);

test('a sign is found behind bytes that begin like one', () => {
  const sign = undecodable(7, Buffer.of(0x81));
  const found = firstUndecodable(Buffer.concat([Buffer.from('f981fafb', 'hex'), sign, sign]));
  expect(found).toMatchObject({ place: 7, start: 4 });
});
