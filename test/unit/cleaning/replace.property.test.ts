import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replacer } from '../../../functions/cleaning/patterns/matches.ts';
import { positionsOf } from '../../../functions/cleaning/patterns/positions.ts';
import { readPattern } from '../../../functions/cleaning/patterns/read-pattern.ts';

/** Null where the pattern is none of those that are taken. */
function replacing(pattern: string): ((text: string) => string) | null {
  const branches = readPattern(pattern);
  const positions = typeof branches === 'string' ? branches : positionsOf(branches);
  return typeof positions === 'string' ? null : replacer(positions, '_');
}

/** The first match, the longest there, by trying every end; then behind it. */
function reference(pattern: string, text: string): string {
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  const [atStart, atEnd] = [pattern.startsWith('^'), pattern.endsWith('$')];
  const characters = [...text];
  let out = '';
  for (let start = 0; start < characters.length; ) {
    let end = characters.length;
    const isMatch = (): boolean =>
      (!atStart || start === 0) &&
      (!atEnd || end === characters.length) &&
      whole.test(characters.slice(start, end).join(''));
    while (end > start && !isMatch()) end -= 1;
    out += end > start ? '_' : characters[start];
    start = end > start ? end : start + 1;
  }
  return out;
}

const atom = fc.constantFrom('a', 'b', 'é', '😀', '.', '[ab]', '[^a]', String.raw`\d`, String.raw`\p{L}`);
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc
      .tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '{0,2}'))
      .map(([of, times]) => `(?:${of})${times}`),
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => one + other),
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => `(${one}|${other})`),
  ),
}));
const pattern = fc
  .tuple(fc.constantFrom('', '', '^'), tree, fc.constantFrom('', '', '$'))
  .map((parts) => parts.join(''));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', 'é', '😀', '\n'), maxLength: 9 });

describe('replace', () => {
  it('takes the first match, the longest there, and goes on behind it, as trying every end does', () => {
    let replaced = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (written, texts) => {
        const clean = replacing(written);
        if (clean === null) return;
        for (const each of texts) {
          const expected = reference(written, each);
          if (expected !== each) replaced += 1;
          expect([written, each, clean(each)]).toEqual([written, each, expected]);
        }
      }),
      { numRuns: 3000 },
    );
    expect(replaced).toBeGreaterThan(1000);
  });

  it.each([
    ['(?:a*)*b', 'a'],
    ['a*a*a*a*b', 'a'],
    ['a.*x|a', 'a'],
    ['(?:a|b)*a(?:a|b){12}c', 'ab'],
    [String.raw`\s+$`, ' '],
    ['(?:(?:a+)+)+$', 'a'],
  ])('takes time in proportion to the text: %s', (written, unit) => {
    const clean = replacing(written);
    const long = `${unit.repeat(200_000 / unit.length)}!`;
    const startedAt = performance.now();
    clean?.(long);
    expect(clean).not.toBe(null);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
