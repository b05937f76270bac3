import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainForm } from '../../../../functions/core/contract.ts';
import type { LineEnd } from '../../../../functions/core/format/file-format.ts';
import type { Grammar } from '../../../../functions/formats/delimited/grammar.ts';
import { guessStart } from '../../../../functions/formats/delimited/guess.ts';
import { anyCuts, anyForms, anyGrammar, anyObject, tidyObject } from './arbitraries.ts';
import { readAll } from './reference.ts';
import { scanSlice, type WholeScan, wholeObject } from './scan-all.ts';

describe('slices that guess their start and are verified', () => {
  test('give the records of a sequential read, whatever the bytes and the cuts', () => {
    fc.assert(
      fc.property(fc.oneof(anyObject, tidyObject(2)), anyGrammar, anyForms, anyCuts, fc.nat(80), (...drawn) => {
        const [drawnObject, { grammar, of }, forms, ends, window] = drawn;
        const object = of(drawnObject);
        const whole = scanSlice(object, wholeObject(object, { ...grammar, forms }));
        const { slices } = guessAndVerify({ object, grammar, forms, ends, windowBytes: window + 2 });
        expect(placesOf(slices, object)).toEqual(placesOf([whole], object));
      }),
      { numRuns: 3000 },
    );
  });

  test('guess a start of their own range and window, or none', () => {
    fc.assert(
      fc.property(anyObject, anyGrammar, anyForms, fc.integer({ min: 1, max: 100 }), fc.nat(80), (...drawn) => {
        const [drawnObject, { grammar, of }, forms, from, bytes] = drawn;
        const object = of(drawnObject);
        fc.pre(from < object.length);
        const end = Math.min(object.length, from + bytes);
        const guess = guessStart(object.subarray(from - 1, end), {
          ...grammar,
          forms,
          windowOffset: from - 1,
          from,
          objectEndsInWindow: end === object.length,
        });
        expect(guess === null || (guess >= from && guess < end)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the guess is right wherever the cut falls in', () => {
  const orders: readonly PlainForm[] = ['int8', 'text', 'numeric', 'date'];
  const row = (note: string, i: number): string => `${1000 + i},${note},${i}.50,2024-01-${10 + (i % 20)}`;
  const files: readonly (readonly [
    name: string,
    forms: readonly PlainForm[],
    rows: readonly string[],
    lineEnd: string,
  ])[] = [
    ['plain rows', orders, range(200).map((i) => row(`order ${i}`, i)), '\n'],
    ['rows with CRLF', orders, range(200).map((i) => row(`order ${i}`, i)), '\r\n'],
    [
      'rows with CR alone inside a text',
      orders,
      range(200).map((i) => row(i % 9 === 2 ? `a\rb ${i}` : `order ${i}`, i)),
      '\n',
    ],
    ['rows with CR', orders, range(200).map((i) => row(`order ${i}`, i)), '\r'],
    [
      'quoted cells with delimiters and escaped quotes',
      orders,
      range(200).map((i) => row(`"a ""b"", c ${i}"`, i)),
      '\n',
    ],
    [
      'quoted text of several lines',
      orders,
      range(150).map((i) => row(`"line one of ${i}\nline, two\n\nline ""three"""`, i)),
      '\n',
    ],
    ['quoted CSV inside quoted cells', orders, range(150).map((i) => row(`"1,x,2.5\n3,y,4.5\n""5"",z,6"`, i)), '\n'],
    [
      'text columns only, some of several lines',
      ['text', 'text', 'text'],
      range(600).map((i) => (i % 7 === 0 ? `a${i},"b\nc, d\n""e""",f` : `a${i},b,c`)),
      '\n',
    ],
    ['every cell quoted', ['text', 'text'], range(200).map((i) => `"a${i}","b, ""c""\nd"`), '\r\n'],
    [
      '1 % bad types and some ragged rows',
      orders,
      range(300).map((i) => (i % 90 === 5 ? 'oops' : i % 50 === 3 ? row('bad', i).replace('-', '/') : row('x', i))),
      '\n',
    ],
    [
      'rows that are never plain and never quoted',
      ['date', 'boolean'],
      range(400).map((i) => `0${1 + (i % 9)}/02/2024,yes`),
      '\n',
    ],
    [
      'rows that are never plain',
      ['date', 'text', 'boolean'],
      range(200).map((i) => `0${1 + (i % 9)}/02/2024,"some\ntext ${i}",yes`),
      '\n',
    ],
  ];

  test.each(files)('%s', (_name, forms, rows, lineEnd) => {
    const object = Buffer.from(rows.join(lineEnd) + lineEnd);
    expect(wrongGuesses(object, forms, lineEnd === '\r' ? 'cr' : 'lf')).toEqual([]);
  });

  function wrongGuesses(object: Buffer, forms: readonly PlainForm[], lineEnd: LineEnd): number[] {
    const starts = readAll(object, { delimiter: ',', lineEnd, quoting: 'declared' }).map(({ start }) => start);
    const windowBytes = 2048;
    const cuts = range(object.length - windowBytes - 1).filter((i) => i > 0 && i % 5 === 0);
    expect(cuts.length).toBeGreaterThan(300);
    return cuts.filter((from) => {
      const guess = guessStart(object.subarray(from - 1, from + windowBytes), {
        delimiter: 0x2c,
        lineEnd,
        quoting: 'declared',
        forms,
        windowOffset: from - 1,
        from,
        objectEndsInWindow: false,
      });
      return guess !== starts.find((start) => start >= from);
    });
  }
});

test('a window inside one long text has no start', () => {
  const prose = Array.from({ length: 200 }, (_, i) => `line ${i} of a very long quoted text`).join('\n');
  const object = Buffer.from(`1,"${prose}"\n2,b\n`);
  const settings = {
    delimiter: 0x2c,
    lineEnd: 'lf' as const,
    quoting: 'declared' as const,
    forms: ['int4', 'text'] as const,
    windowOffset: 99,
    from: 100,
  };
  expect(guessStart(object.subarray(99, 4000), { ...settings, objectEndsInWindow: false })).toBeNull();
  expect(guessStart(object.subarray(99), { ...settings, objectEndsInWindow: true })).toBe(object.length - 4);
});

test('a CRLF that the cut splits belongs to the record before it', () => {
  const object = Buffer.from('1,a\r\n2,b\r\n3,c\r\n');
  const settings = {
    delimiter: 0x2c,
    lineEnd: 'lf' as const,
    quoting: 'declared' as const,
    forms: ['int4', 'text'] as const,
    objectEndsInWindow: true,
  };
  expect(guessStart(object.subarray(3), { ...settings, windowOffset: 3, from: 4 })).toBe(5);
  expect(guessStart(object.subarray(4), { ...settings, windowOffset: 4, from: 5 })).toBe(5);
});

test('where quotes are data, every line end ends a record', () => {
  const object = Buffer.from('1,"a\n2,b"\n3,"c\n'.repeat(20));
  const settings = { delimiter: 0x2c, lineEnd: 'lf', quoting: 'none', forms: ['int4', 'text'] } as const;
  for (let from = 1; from < object.length - 1; from += 1) {
    const guess = guessStart(object.subarray(from - 1), {
      ...settings,
      windowOffset: from - 1,
      from,
      objectEndsInWindow: true,
    });
    const next = object.indexOf(0x0a, from - 1) + 1;
    expect(guess).toBe(next === object.length ? null : next);
  }
});

interface Job {
  readonly object: Buffer;
  readonly grammar: Grammar;
  readonly forms: readonly PlainForm[];
  readonly ends: readonly number[];
  readonly windowBytes: number;
}

/** Each slice guesses; one that does not start where the one before it ended is scanned again from there. */
function guessAndVerify({ object, grammar, forms, ends, windowBytes }: Job): { slices: WholeScan[] } {
  const bounds = [
    0,
    ...new Set([...ends].filter((end) => end > 0 && end < object.length).toSorted((a, b) => a - b)),
    object.length,
  ];
  const slices: WholeScan[] = [];
  let verifiedTo = 0;
  for (const [i, endOffset] of bounds.slice(1).entries()) {
    const from = bounds[i] as number;
    const windowEnd = Math.min(object.length, from + windowBytes);
    const guess =
      from === 0
        ? 0
        : guessStart(object.subarray(from - 1, windowEnd), {
            ...grammar,
            forms,
            windowOffset: from - 1,
            from,
            objectEndsInWindow: windowEnd === object.length,
          });
    const scanFrom = (startOffset: number): WholeScan =>
      scanSlice(object, { ...wholeObject(object, { ...grammar, forms }), startOffset, endOffset }, ends);
    const guessed = guess === null || guess >= endOffset ? null : scanFrom(guess);
    const isRight = guessed !== null && guessed.counts.startOffset === verifiedTo;
    const slice = isRight ? guessed : scanFrom(verifiedTo);
    slices.push(slice);
    verifiedTo = slice.counts.endOffset ?? verifiedTo;
  }
  return { slices };
}

/** What does not depend on the slices: each record's bytes and place in the object. */
function placesOf(slices: readonly WholeScan[], object: Buffer): object {
  const counts = slices.map((slice) => slice.counts);
  const sum = (of: (count: WholeScan['counts']) => number): number =>
    counts.reduce((total, count) => total + of(count), 0);
  return {
    typed: slices.map(({ typed }) => typed.replace(/^\d+(\D)(?=\d+\1)/gm, '')).join(''),
    raw: slices.flatMap(({ raw }) =>
      raw.map(({ byteOffset, byteLength, fault }) => ({ byteOffset, byteLength, fault })),
    ),
    records: sum(({ records }) => records),
    blankLines: sum(({ blankLines }) => blankLines),
    lines: sum(({ lines }) => lines),
    openQuote: counts.find(({ openQuote }) => openQuote !== null)?.openQuote?.offset ?? null,
    bytes: object.length,
  };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
