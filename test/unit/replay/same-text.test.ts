import { describe, expect, it } from 'vitest';
import { guarded } from '../../../functions/replay/formula-guard.ts';
import { saysTheSame } from '../../../functions/replay/same-text.ts';

const shown = ['plain', '', 'é', 'Zürich – “Straße” €', 'Привет', 'a\r\nb', '=1+1', '-é', 'x\ny', '日本'];

describe('a cell of a mended rejects.csv', () => {
  it.each(shown)('says what was shown, guarded or not, with other line ends: %j', (text) => {
    for (const cell of [
      text,
      guarded(text),
      guarded(text).replaceAll(/\r\n?|\n/g, '\r\n'),
      text.replaceAll('\r\n', '\n'),
    ])
      expect(saysTheSame(cell, text)).toBe(true);
  });

  it.each(['windows-1252', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1258'])(
    'says it where a spreadsheet took UTF-8 for %s',
    (page) => {
      const misread = (text: string): string => new TextDecoder(page).decode(Buffer.from(guarded(text)));
      for (const text of shown) expect(saysTheSame(misread(text), text)).toBe(true);
    },
  );

  it.each([
    ['é', 'e'],
    ['é', '\ufffd'],
    ['Ã©', 'Ã'],
    ['1', '1.0'],
    [' a', 'a'],
    ['É', 'é'],
  ])('says something else: %j, where %j was shown', (cell, text) => {
    expect(saysTheSame(cell, text)).toBe(false);
  });
});
