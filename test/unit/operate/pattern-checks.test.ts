import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasBackReference } from '../../../functions/compile/catalogue/back-reference.ts';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { patternChecks } from '../../../functions/operate/checks/pattern-checks.ts';

describe('doctor notes a pattern that refers back', () => {
  test.each([
    [String.raw`^(a*)\1$`, true],
    [String.raw`[[:alpha:]\]](x)\1`, true],
    [String.raw`[]\1](x)[^]]\2`, true],
    [String.raw`(x)[\1]`, false],
    [String.raw`(x)[[.].]\1]`, false],
    [String.raw`(x)\\1`, false],
    [String.raw`***=(x)\1`, false],
    [String.raw`^\d{4}-\d\d$`, false],
    ['[', false],
    ['\\', false],
  ])('%s: %s', (pattern, answer) => {
    expect(hasBackReference(pattern)).toBe(answer);
  });

  test('with the column and the dataset', () => {
    const rules = { a: { pattern: String.raw`(.)\1` }, b: { pattern: '^x$' } };
    const dataset = defineDataset({
      name: 'd',
      prefix: 'd/',
      table: 't',
      key: ['a'],
      format: 'csv',
      columns: { rules },
    });
    expect(patternChecks([dataset])).toMatchObject([{ check: 'pattern of "a", dataset d', state: 'note' }]);
  });

  test('and is not kept busy itself', () => {
    const sign = fc.constantFrom('[', '[:', '[^', '\\', ']', ':]', '(x)', '1');
    fc.assert(
      fc.property(sign, sign, (one, other) => {
        const startedAt = performance.now();
        hasBackReference(`${one}${other}`.repeat(50_000));
        expect(performance.now() - startedAt).toBeLessThan(2_000);
      }),
    );
  });
});
