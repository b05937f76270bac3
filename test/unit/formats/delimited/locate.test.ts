import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Grammar } from '../../../../functions/formats/delimited/grammar.ts';
import { createLocator } from '../../../../functions/formats/delimited/locate.ts';
import type { LocatedRecord } from '../../../../functions/core/located-record.ts';
import { anyCuts, anyGrammar, anyObject, tidyObject } from './arbitraries.ts';
import { readAll } from './reference.ts';
import { pieces } from './scan-all.ts';

test('finds any records again, whatever the bytes and the pieces', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyObject, tidyObject(2)),
      anyGrammar,
      anyCuts,
      fc.constantFrom(0, 3, 1000),
      fc.func(fc.boolean()),
      (...drawn) => {
        const [drawnObject, { grammar, reference, of }, cuts, maxRawBytes, isWanted] = drawn;
        const object = of(drawnObject);
        const wanted = readAll(object, reference).filter(({ cells, start }) => cells !== null && isWanted(start));
        const settings = { ...grammar, startLine: 11, wanted: wanted.map(({ start }) => start), maxRawBytes };
        expect(locate(object, settings, cuts)).toEqual(
          wanted.map(({ start, end, line }) => ({
            byteOffset: start,
            byteLength: end - start,
            line: line + 10,
            raw: object.subarray(start, end).subarray(0, maxRawBytes).toString('latin1'),
          })),
        );
      },
    ),
    { numRuns: 3000 },
  );
});

test('starts at a known record in the middle of an object', () => {
  const object = Buffer.from('a,b\n"1\n2",x\n3,y\n');
  const located = locate(object, { startOffset: 4, startLine: 2, wanted: [12], maxRawBytes: 10 }, [6]);
  expect(located).toEqual([{ byteOffset: 12, byteLength: 3, line: 4, raw: '3,y' }]);
});

test('needs nothing more once all are found', () => {
  const locator = createLocator({
    delimiter: 0x2c,
    lineEnd: 'lf',
    quoting: 'declared',
    startOffset: 0,
    startLine: 1,
    wanted: [0],
    maxRawBytes: 0,
  });
  expect(locator.done).toBe(false);
  expect(locator.push(Buffer.from('a\nb'))).toHaveLength(1);
  expect(locator.done).toBe(true);
});

test.each([
  ['inside a record', [2], 2],
  ['between quotes', [8], 8],
  ['at a blank line', [12], 12],
  ['at a blank line of CRLF', [17], 17],
  ['after the object', [0, 40], 40],
])('an offset %s is refused', (_what, wanted, offset) => {
  const object = Buffer.from('a,b\n1,"\n2\n"\n\n3,4\n\r\n5,6');
  expect(() => locate(object, { wanted, maxRawBytes: 0 }, [5])).toThrow(`no record starts at byte ${offset}`);
});

interface Wanted extends Partial<Grammar> {
  readonly startOffset?: number;
  readonly startLine?: number;
  readonly wanted: readonly number[];
  readonly maxRawBytes: number;
}

function locate(object: Buffer, wanted: Wanted, cuts: readonly number[]): object[] {
  const grammar = { delimiter: 0x2c, lineEnd: 'lf', quoting: 'declared' } as const;
  const settings = { ...grammar, startOffset: 0, startLine: 1, ...wanted };
  const locator = createLocator(settings);
  const located: LocatedRecord[] = [];
  for (const piece of pieces(object, settings.startOffset, cuts)) {
    const own = Buffer.from(piece);
    located.push(...locator.push(own));
    own.fill(0x22);
  }
  located.push(...locator.end());
  return located.map((record) => ({ ...record, raw: record.raw.toString('latin1') }));
}
