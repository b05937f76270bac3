import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToWidth, displayWidth } from '../../../functions/words/display-width.ts';
import { isPrintable, printable, printableLines } from '../../../functions/core/printable.ts';
import { shellWord, sqlIdent, sqlQuoted } from '../../../functions/core/typed-again.ts';
import { columns } from '../../../functions/words/quantities.ts';
import { hostileName, hostileParts, unsafeIn } from '../../support/hostile-names.ts';

describe('a name from outside', () => {
  test.each(Object.entries(hostileParts))(
    'with %s is shown on one line, with nothing that acts or hides',
    (_, name) => {
      expect(unsafeIn(printable(name))).toEqual([]);
      expect(printable(name)).not.toContain('\n');
      expect(unsafeIn(printableLines(name.replaceAll('\n', '')))).toEqual([]);
    },
  );

  test.each([
    'plain name.csv',
    'Ünï – “quoted” €',
    'Ελληνικά, русский, 日本語, 한국어, עברית, العربية',
    'می‌خواهم', // a joiner that keeps two letters of Persian apart
    'ක්‍රම, क्‍ष',
    '👍🏽 👨‍👩‍👧 ❤️ 🏳️‍🌈 1️⃣ 🇨🇭',
    '葛\u{e0100}飾区',
    'e\u0301 a\u0308\u0304 שָׁלוֹם',
  ])('of letters and emoji stays as it is: %s', (name) => {
    expect(printable(name)).toBe(name);
    expect(isPrintable(name)).toBe(true);
  });

  test('shows what it hides as JSON writes it', () => {
    expect(printable('a\tb\r\nc\u001bd\u202ee\u{e0041}')).toBe(String.raw`a\tb\r\nc\u001bd\u202ee\udb40\udc41`);
  });

  test('is cut where it is longer than wanted', () => {
    expect(printable('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
  });

  test('leaves JSON what it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constantFrom(...Object.values(hostileParts)),
        (a, b) => {
          const json = JSON.stringify({ [a]: b, list: [a, hostileName] }, null, 2);
          expect(JSON.parse(printableLines(json))).toEqual(JSON.parse(json));
          expect(unsafeIn(printableLines(JSON.stringify(b)))).toEqual([]);
        },
      ),
    );
  });

  test('once shown is shown the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        expect(printable(printable(name))).toBe(printable(name));
      }),
    );
  });

  test('of megabytes takes no longer than its length', () => {
    const startedAt = performance.now();
    for (const part of ['\u0301', '\u200d', '\ufe0f', '👍', 'a\u202e']) printable(part.repeat(50_000));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('columns', () => {
  test('stand below each other, whatever their cells hold', () => {
    const table = columns([
      ['name', 'rows'],
      ['日本語', '1'],
      ['e\u0301te\u0301', '2'],
      ['👍', '3'],
      ['a\nb', '4'],
    ]);
    const lines = table.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.map((line) => displayWidth(line.replace(/\w+$/, '')))).toEqual([8, 8, 8, 8, 8]);
  });

  test('of a progress line are cut by what they take', () => {
    expect(cutToWidth('日本語.csv', 5)).toBe('日本');
    expect(cutToWidth('e\u0301te\u0301', 2)).toBe('e\u0301t');
  });
});

describe('what is printed to be typed again', () => {
  test.each([
    ['orders/2024-01-01.csv', 'orders/2024-01-01.csv'],
    ["it's", String.raw`'it'\''s'`],
    ['', "''"],
    ['$(id)', "'$(id)'"],
    ['a\nb', String.raw`$'a\012b'`],
    ['a\u202eb', String.raw`$'a\342\200\256b'`],
    ["\u001b'\\", String.raw`$'\033\'\\'`],
  ])('a word of a shell: %j', (text, word) => {
    expect(shellWord(text)).toBe(word);
    expect(unsafeIn(word)).toEqual([]);
  });

  test.each(Object.entries(hostileParts))('hides nothing in a name with %s', (_, name) => {
    expect(unsafeIn(shellWord(name))).toEqual([]);
    expect(unsafeIn(sqlIdent(name))).toEqual([]);
    expect(printable(shellWord(name))).toBe(shellWord(name));
    expect(printable(sqlIdent(name))).toBe(sqlIdent(name));
  });

  test('a name of PostgreSQL', () => {
    expect(sqlIdent('public', 'my "table"')).toBe('"public"."my ""table"""');
    expect(sqlIdent('a\nb\\')).toBe(String.raw`U&"a\+00000ab\\"`);
    expect(sqlQuoted(`select setval('public."a\u202e"', 1)`)).toBe(
      String.raw`select setval(U&'public."a\+00202e"', 1)`,
    );
    expect(sqlQuoted(`select E'a\\\\\u202e'`)).toBe(String.raw`select E'a\\\u202e'`);
  });
});
