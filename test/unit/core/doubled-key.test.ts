import { expect, it } from 'vitest';
import { doubledKey } from '../../../functions/core/control/doubled-key.ts';

it.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', null],
  ['{"a":":","b":"{\\"a\\":1,\\"a\\":2}"}', null],
  ['{"a":1,"b":[1,{"x":2}],"a":3}', 'a'],
  [String.raw`{"a":1,"\u0061":2}`, 'a'],
  ['{"sums":{"x":"1","x":"2"}}', 'x'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['7', null],
  ['[]', null],
])('%s', (json, key) => {
  expect(doubledKey(json)).toBe(key);
});
