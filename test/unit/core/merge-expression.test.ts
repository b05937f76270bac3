import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type MergeExpression,
  mergeExpressionSql,
  readMergeExpression,
} from '../../../functions/core/merge/merge-expression.ts';
import { sql } from '../../../functions/core/sql.ts';

describe('an expression of columns.merge', () => {
  const shown = (text: string, column = 'x'): string =>
    mergeExpressionSql(readMergeExpression(text, column), sql`T`, sql`S`).text;

  it.each([
    ['target.x', 'x', 'T'],
    ['GREATEST(Target.X,source.x)', 'x', 'greatest(T, S)'],
    [' coalesce ( least(source.x, target.x) , source.x ) ', 'x', 'coalesce(least(S, T), S)'],
    ['coalesce(target."Last ""Seen""", source."Last ""Seen""")', 'Last "Seen"', 'coalesce(T, S)'],
    ['coalesce(source.größe)', 'größe', 'coalesce(S)'],
  ])('%s', (text, column, expected) => {
    expect(shown(text, column)).toBe(expected);
  });

  it.each([
    ['', 'it ends where target.x'],
    ['source.y', 'it reads source.y'],
    ['source."X"', 'it reads source."X"'],
    ['greatest(target.x, source.x', 'it ends where ) should be'],
    ['greatest()', '")" stands where'],
    ['target.x + source.x', '"+" stands behind its end'],
    ['pg_sleep(9)', '"pg_sleep" stands where'],
    ['greatest(target.x, 1)', '"1" stands where'],
    ['target.x); drop table t; --', '")" stands behind its end'],
    ['target."x', 'a name in double quotes is not closed'],
    [`${'least('.repeat(25)}target.x${')'.repeat(25)}`, 'more than 20 calls'],
  ])('refuses %s', (text, words) => {
    expect(() => shown(text)).toThrow(words);
  });

  // the reason why nothing else can be written: a row may be judged, and so written, again
  test('changes nothing a second time, whatever is written', () => {
    const { expression } = fc.letrec<{ expression: MergeExpression }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small' },
        fc.record({ side: fc.constantFrom('target', 'source') }),
        fc.record({
          call: fc.constantFrom('greatest', 'least', 'coalesce'),
          of: fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
        }),
      ),
    }));
    const value = fc.option(fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(expression, value, value, (written, target, source) => {
        const once = computed(written, target, source);
        expect(computed(written, once, source)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** As PostgreSQL does: greatest and least pass over NULL. */
function computed(written: MergeExpression, target: number | null, source: number | null): number | null {
  if ('side' in written) return written.side === 'target' ? target : source;
  const values = written.of.map((each) => computed(each, target, source)).filter((each) => each !== null);
  if (values.length === 0) return null;
  if (written.call === 'coalesce') return values[0] ?? null;
  return written.call === 'greatest' ? Math.max(...values) : Math.min(...values);
}
