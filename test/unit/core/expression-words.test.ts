import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expressionParts, mentionedNames } from '../../../functions/core/expression-words.ts';
import { comparesOnly } from '../../../functions/validate/rules/rows/compares-only.ts';

describe('an expression of the catalogue', () => {
  test.each<[string, readonly string[]]>([
    ['((n > 0) AND (m <= n))', ['n', 'm', 'AND']],
    [`("Net ""sum""" > (scale)::numeric)`, ['Net "sum"', 'scale']],
    [`((scale(n) <= 2) OR ("odd name"(m) > 1))`, ['n', 'm', 'OR']],
    [`(state = ANY (ARRAY['a"b'::text, 'it''s c'::text]))`, ['state', 'ANY', 'ARRAY']],
    [`((ärger IS NOT NULL) AND (a$1 > 'n'))`, ['ärger', 'a$1', 'IS', 'NOT', 'NULL', 'AND']],
  ])('mentions names, not functions, types or what stands in literals: %s', (expression, names) => {
    expect([...mentionedNames(expression)].toSorted()).toEqual(names.toSorted());
  });

  test.each([
    ['((n > 0) AND (n <= 99.99) AND (NOT (m IS NULL)))', true],
    [`((n)::integer >= '-1.5'::numeric)`, true],
    [`(("n m" * n) < '5'::bigint)`, true],
    ['(scale(n) <= 2)', false],
    [`((n)::text ~~ '%.5'::text)`, false],
    [`(n = '1e5'::numeric)`, false],
    ['(n < other)', false],
  ])('is told to compare numbers only, or not: %s', (expression, answer) => {
    expect(comparesOnly(expression, ['n', 'm', 'n m'])).toBe(answer);
  });

  test('is taken apart without a loss, whatever it is', () => {
    const sign = fc.constantFrom('"', "'", '(', ')', '::', '1', '.', ' ', '\n', 'AND', 'n', '$', 'é', '\u{1f600}');
    fc.assert(
      fc.property(fc.array(fc.oneof(sign, fc.string()), { maxLength: 60 }), (signs) => {
        const text = signs.join('');
        expect(expressionParts(text).join('')).toBe(text);
      }),
    );
  });
});
