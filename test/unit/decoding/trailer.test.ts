import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LineEnd } from '../../../functions/core/format/file-format.ts';
import { trailer, trailerStep } from '../../../functions/decoding/trailer/trailer.ts';
import { trailerLines, trailerStart } from '../../../functions/decoding/trailer/trailer-start.ts';

test.each<[string, string, number, LineEnd, number]>([
  ['one line', 'a\nTOTAL\n', 1, 'lf', 2],
  ['without a line end', 'a\nTOTAL', 1, 'lf', 2],
  ['blank lines behind it', 'a\r\nTOTAL\r\n\r\n\n', 1, 'lf', 3],
  ['a blank line between', 'a\n\nTOTAL\n', 2, 'lf', 2],
  ['lines that end with CR', 'a\rx\nTOTAL\rEND\r', 2, 'cr', 2],
  ['all that there is', 'x\ny\n', 2, 'lf', 0],
  ['less than that', 'x\ny\n', 3, 'lf', -1],
  ['nothing', '\n\n', 1, 'lf', -1],
])('the last lines begin at their first byte: %s', (_, text, rows, lineEnd, start) => {
  expect(trailerStart(Buffer.from(text), rows, lineEnd)).toBe(start);
});

async function heldBack(
  chunks: readonly Buffer[],
  rows: number,
  bodyOffset = 0,
): Promise<{ text: string; trailer: unknown }> {
  const { argument } = trailerStep({ rows, bodyOffset, lineEnd: 'lf' });
  const source = { sizeBytes: null, chunks: () => ReadableStream.from(chunks), read: null };
  const decoding = trailer.decode(source, argument);
  const left: Buffer[] = [];
  for await (const chunk of decoding.chunks) left.push(Buffer.from(chunk));
  return { text: Buffer.concat(left).toString('latin1'), trailer: decoding.trailer };
}

test('however a text comes in chunks, its last lines are left out of it', async () => {
  const texts = fc.array(fc.constantFrom('a', '"', ',', '\n', '\r\n', '\n\n'), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(40)), fc.integer({ min: 1, max: 3 }), async (parts, cuts, rows) => {
      const whole = Buffer.from(parts.join(''));
      const start = trailerStart(whole, rows, 'lf');
      const ends = [...new Set([...cuts, whole.length].filter((cut) => cut <= whole.length))].toSorted((a, b) => a - b);
      const chunks = ends.map((end, i) => whole.subarray(ends[i - 1] ?? 0, end)).filter(({ length }) => length > 0);
      if (start === -1) await expect(heldBack(chunks, rows)).rejects.toThrow('fewer than');
      else expect((await heldBack(chunks, rows)).text).toBe(whole.toString('latin1', 0, start));
    }),
  );
});

test('lines of the header are none of them', async () => {
  await expect(heldBack([Buffer.from('id\nTOTAL\n')], 2, 3)).rejects.toThrow('fewer than 2 lines behind its header');
  expect(await heldBack([Buffer.from('id\nTOTAL,1\r\n')], 1, 3)).toEqual({ text: 'id\n', trailer: ['TOTAL,1'] });
});

test('its lines are shown without what fills them, apart at declared ends too', () => {
  const lines = (text: string, recordEnd?: string): readonly string[] =>
    trailerLines(Buffer.from(text), 'lf', recordEnd);
  expect(lines('TRL0042      \r\n\r\nEND  \n\n')).toEqual(['TRL0042', '', 'END']);
  expect(lines('TOTAL\0 3\n')).toEqual(['TOTAL\ufffd 3']);
  expect(lines('{"count":\r6}\n')).toEqual(['{"count": 6}']);
  expect(trailerLines(Buffer.from('TOTAL\rEND\r'), 'cr')).toEqual(['TOTAL', 'END']);
  expect(lines('TOTAL,4~END~\n', '~')).toEqual(['TOTAL,4', 'END']);
  expect(lines('TOTAL|4||\nEND|\n', '|\n')).toEqual(['TOTAL|4|', 'END']);
  expect(lines(`${'é'.repeat(2_000)}\n`.repeat(30))).toEqual(Array(20).fill('é'.repeat(1_000)));
});

test.each([
  ['id~1~2~TOTAL 2~', 1, '~', 7],
  ['id~1~2~TOTAL 2~\n', 1, '~', 7],
  ['id|\n1|\nTOTAL|1|\n', 1, '|\n', 7],
  ['id;;\r\n1;;\r\nTOTAL 1\r\n\r\n', 1, ';;\r\n', 11],
  ['id~1~\nA\nB~', 2, '~', 6],
  ['id~1', 3, '~', -1],
])('lines end with a declared record end too: %j', (text, rows, recordEnd, start) => {
  expect(trailerStart(Buffer.from(text), rows, 'lf', recordEnd)).toBe(start);
});
