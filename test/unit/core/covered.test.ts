import { expect, it } from 'vitest';
import { conditionsOf } from '../../../functions/core/arbiter/covered.ts';

it.each([
  ['(deleted_at IS NULL)', [{ column: 'deleted_at', is: 'null' }]],
  ['(größe IS NOT NULL)', [{ column: 'größe', is: 'not null' }]],
  ['active', [{ column: 'active', is: 'true' }]],
  ['(NOT archived)', [{ column: 'archived', is: 'false' }]],
  [
    '((deleted_at IS NULL) AND active AND (NOT "Is "" AND ) gone"))',
    [
      { column: 'deleted_at', is: 'null' },
      { column: 'active', is: 'true' },
      { column: 'Is " AND ) gone', is: 'false' },
    ],
  ],
  ['((a IS NULL) OR (b IS NULL))', null],
  ["(state = 'live'::text)", null],
  ['(lower(a) IS NULL)', null],
  ['((NOT a) AND (b > 3))', null],
  ['', null],
])('a predicate %s', (predicate, conditions) => {
  expect(conditionsOf(predicate)).toEqual(conditions);
});
