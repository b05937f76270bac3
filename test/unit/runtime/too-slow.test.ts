import { expect, it } from 'vitest';
import { TooSlow } from '../../../functions/db/time-bound.ts';
import { refusalOfTooSlow } from '../../../functions/runtime/too-slow.ts';
import { hostileParts, unsafeIn } from '../../support/hostile-names.ts';
import { contract } from '../compile/build.ts';

it.each(Object.entries(hostileParts))('the refusal of a table with %s in its name is printable', (_, part) => {
  const { target, ...rest } = contract();
  const of = { ...rest, target: { ...target, schema: part, table: part } };
  const { code, message } = refusalOfTooSlow(new TooSlow(1_000, new Error('canceled')), of);
  expect(code).toBe('EXPRESSION_TOO_SLOW');
  expect(unsafeIn(message)).toEqual([]);
});
