import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawRecord } from '../../../../functions/formats/shared/raw-record.ts';
import { type FixedGrammar, fixedGrammarOf, splitLine } from '../../../../functions/formats/fixed-width/cells.ts';
import { createFixedScanner } from '../../../../functions/formats/fixed-width/scanner.ts';

const widths = [4, 3, 6];
const grammar = fixedGrammarOf({
  kind: 'fixed',
  columns: widths.map((width, i) => ({ name: `c${i}`, width })),
  nulls: ['n/a'],
});

type Row = readonly (string | null)[];

/** An independent reader: by code points of the whole text. */
function expected(body: string): readonly (Row | 'reject')[] {
  const lines = body.split('\n').map((line, i, all) => (i < all.length - 1 ? line.replace(/\r$/, '') : line));
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const characters = Array.from(line);
      if (characters.length !== 13) return 'reject';
      return widths.map((width, i) => {
        const from = widths.slice(0, i).reduce((sum, each) => sum + each, 0);
        const cell = characters
          .slice(from, from + width)
          .join('')
          .replaceAll(/^ +| +$/g, '');
        return cell === '' || cell === 'n/a' ? null : cell;
      });
    });
}

function read(body: string, cuts: readonly number[], by = grammar): readonly (Row | 'reject')[] {
  const bytes = Buffer.from(body);
  const scanner = createFixedScanner({
    grammar: by,
    forms: ['int4', 'text', 'text'],
    chains: [null, null, null],
    zoneJumps: [],
    maxRecordBytes: 1_000,
    maxRawBytes: 1_000,
    startOffset: 0,
    endOffset: bytes.length,
  });
  const typed: Buffer[] = [];
  const raw: RawRecord[] = [];
  const ends = [...new Set([...cuts, bytes.length])].filter((end) => end <= bytes.length).toSorted((a, b) => a - b);
  for (const [i, end] of ends.entries()) {
    const scanned = scanner.push(Buffer.from(bytes.subarray(ends[i - 1] ?? 0, end)));
    typed.push(...scanned.typed);
    raw.push(...scanned.raw);
  }
  const last = scanner.end();
  typed.push(...last.typed);
  raw.push(...last.raw);
  const rows = new Map<number, Row | 'reject'>();
  for (const line of Buffer.concat(typed).toString('utf8').split('\n').slice(0, -1)) {
    const [recordNo, , ...cells] = line.split('\t');
    rows.set(Number(recordNo), cells.map(copied));
  }
  for (const { recordNo, fault, cells } of raw) {
    const texts = cells?.map((cell) => cell?.toString('utf8') ?? null);
    rows.set(recordNo, fault === null ? (texts ?? []) : 'reject');
  }
  return [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row);
}

/** As COPY reads a cell of its text format. */
function copied(cell: string): string | null {
  if (cell === '\\N') return null;
  return cell.replaceAll(/\\(.)/g, (_, letter: string) => ({ t: '\t', r: '\r', '\\': '\\' })[letter] ?? '?');
}

describe('lines of fixed width', () => {
  test('are the same records as another reader finds, at any cut', () => {
    const cell = fc.constantFrom('1', '12', '-7', 'n/a', '', 'é', '日本', '\t', '\\', '\r', 'a b', '𝔘', 'x');
    const line = fc.tuple(cell, cell, cell, fc.nat(2)).map(([a, b, c, more]) => {
      const cells = [a, b, c].map(
        (text, i) => text + ' '.repeat(Math.max(0, (widths[i] ?? 0) - Array.from(text).length)),
      );
      return Array.from(`${cells.join('')}${more === 2 ? ' ' : ''}`)
        .slice(more === 1 ? 1 : 0)
        .join('');
    });
    const body = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 8 })
      .map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(body, fc.array(fc.nat(150), { maxLength: 5 }), fc.boolean(), (text, cuts, isOpen) => {
        const whole = isOpen ? text.replace(/\r?\n$/, '') : text;
        expect(read(whole, cuts)).toEqual(expected(whole));
      }),
      { numRuns: 1000 },
    );
  });

  test('of one character too few or too many are rejects, which say how many there are', () => {
    expect(read('   1abcdefghi\n   1abcdefgh\n   1abcdefghij\n', [])).toEqual([
      ['1', 'abc', 'defghi'],
      'reject',
      'reject',
    ]);
  });

  test('may end before their columns do where that is declared', () => {
    const padding = { ...grammar, padsShort: true };
    expect(read('   1ab\n   x\n   1abcdef\n   1abcdefghij\n', [], padding)).toEqual([
      ['1', 'ab', null],
      ['x', null, null],
      ['1', 'abc', 'def'],
      'reject',
    ]);
  });

  test('are taken apart in characters, not in bytes', () => {
    expect(splitLine(Buffer.from('日本  éé 𝔘     '), grammar)).toEqual(
      ['日本', 'éé', '𝔘'].map((cell) => Buffer.from(cell)),
    );
  });
});

test('lines end as is declared, whatever the pieces, and line ends are blanks of none', () => {
  const ended = (recordEnd: string): FixedGrammar => ({ ...grammar, recordEnd: Buffer.from(recordEnd) });
  const cell = fc.constantFrom('  12abc   x y ', '   7\nbc  last ', '   1n/aa;b~c ', 'cut', '\n', '');
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 8 }),
      fc.constantFrom('~', ';;\r\n', '|\n'),
      fc.array(fc.nat(80)),
      (...drawn) => {
        const [lines, recordEnd, cuts] = drawn;
        // what is no end in here does not become one
        const sound = lines.map((line) => line.replaceAll('~', '-').replaceAll(';', '.'));
        const rows = sound
          .filter((line) => line.trim() !== '')
          .map((line) => (line.length === 13 ? cellsOf(line) : ('reject' as const)));
        expect(read(sound.join(recordEnd), cuts, ended(recordEnd))).toEqual(rows);
      },
    ),
    { numRuns: 300 },
  );
});

function cellsOf(line: string): Row {
  return [line.slice(0, 4), line.slice(4, 7), line.slice(7)].map((cell) => {
    const text = cell.replaceAll(/^ +| +$/g, '');
    return text === '' || text === 'n/a' ? null : text;
  });
}
