import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../functions/replay/csv-line.ts';
import { guarded, withoutGuard } from '../../../functions/replay/formula-guard.ts';

/** Texts of what opens cells and formulas, mostly: plain strings would seldom meet a rule. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...`=+-@＝＋－＠'";,|\t\r\n \u00A0\u3000\uFEFF\u200B\0`.split(''), '-7', '+1.5', 'a', 'cmd'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Cells as a spreadsheet sees them that takes this for the separator and knows nothing of quotes. */
function cellsBy(separator: string, line: string): readonly string[] {
  return line.split(/\r\n|\r|\n/).flatMap((row) => row.split(separator));
}

/** What is left of a cell where blanks, controls and quotes at its begin are dropped. */
function seen(cell: string): string {
  return cell.replace(/^[\s\p{Z}\p{C}"]+/u, '');
}

describe('no cell of rejects.csv is a formula', () => {
  it.each([
    ['=1+1', `'=1+1`],
    ['a;=1+1;b', `a;'=1+1;b`],
    ['a;"=1+1";b', `a;"'=1+1";b`],
    ['a|\t @SUM(A1)', `a|\t '@SUM(A1)`],
    ['＝1+1', `'＝1+1`],
    ['＋1', `'＋1`],
    ['－1', `'－1`],
    ['＠x', `'＠x`],
    ['two\r\n=lines', `two\r\n'=lines`],
    ['\u00A0=1', `\u00A0'=1`],
    ['\uFEFF=1', `\uFEFF'=1`],
    [`'=1`, `''=1`],
    ['\ta', `'\ta`],
    ['-2+3+cmd|x', `'-2+3+cmd|x`],
    ['1,-5', `1,'-5`],
    [`a; \u{E0001}'=1`, `a; \u{E0001}''=1`],
    ['\uD83D=1', `\uD83D'=1`],
  ])('%j is written %j, and read again', (text, written) => {
    expect(guarded(text)).toBe(written);
    expect(withoutGuard(written)).toBe(text);
  });

  it.each([
    '-7',
    '+1.5',
    '-0.10',
    '2026-01-02',
    'a@b.example',
    'x=y',
    '1;2;3',
    `it's`,
    '',
    `x: '-7' breaks`,
    'é=1',
    '\u{1F600}=1',
    'x==1',
  ])('%j stays as it is', (text) => {
    expect(guarded(text)).toBe(text);
    expect(withoutGuard(text)).toBe(text);
  });

  it('every text comes back', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(withoutGuard(guarded(text))).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  it('whatever separates, and wherever quotes stand', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), (texts) => {
        const numbers = /^[+-]?\d+(\.\d+)?$/;
        const line = csvLine(['12', ...texts.filter((text) => !numbers.test(text))]);
        for (const separator of [';', ',', '|', '\t']) {
          for (const cell of cellsBy(separator, line)) expect(seen(cell)).not.toMatch(/^[=+\-@＝＋－＠]/);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('a long cell takes the time of its length', () => {
    const startedAt = performance.now();
    for (const unit of ['\t', ' ', `'`, '"', ';=', '=']) guarded(unit.repeat(500_000));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
