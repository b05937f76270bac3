import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonSequence } from '../../../functions/decoding/json/sequence.ts';

const RS = '\u001e';

async function decoded(chunks: readonly Buffer[]): Promise<string> {
  const source = { sizeBytes: null, chunks: () => ReadableStream.from(chunks), read: null };
  const written: Buffer[] = [];
  for await (const chunk of jsonSequence.decode(source, undefined).chunks) written.push(Buffer.from(chunk));
  return Buffer.concat(written).toString('latin1');
}

test.each([
  ['as the standard writes it', `${RS}{"a":1}\n${RS}{"a":2}\n`, '\n{"a":1}\r\n{"a":2}\r'],
  ['over several lines', `${RS}{\n "a": [\n1]\r\n}\n`, '\n{\r "a": [\r1]\r\r}\r'],
  ['a line end inside of a string stays none of JSON', `${RS}{"a":"x\ny"}\n`, '\n{"a":"x\ry"}\r'],
  ['a text that is cut off spoils no other', `${RS}{"a":"x${RS}{"a":\n2}\n`, '\n{"a":"x\n{"a":\r2}\r'],
  ['separators and blanks alone', `${RS}${RS}{}\n${RS} \n\t${RS}`, '\n\n{}\r\n \r\t\n'],
  ['a mark and blanks before the first', `\ufeff \n${RS}{}`, '\ufeff \r\n{}'],
  ['nothing', RS, '\n'],
])('each text becomes a line, and each byte keeps its place: %s', async (_, sequence, lines) => {
  expect(await decoded([Buffer.from(sequence)])).toBe(Buffer.from(lines).toString('latin1'));
});

test('however it comes in chunks, its texts are those between separators', async () => {
  const part = fc.constantFrom(RS, '{', '}', '"', '\\', '\n', '\r', ' ', 'é', '1', '"a":');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 40 }), fc.array(fc.nat(60)), async (parts, cuts) => {
      const whole = Buffer.from(RS + parts.join(''));
      const ends = [...new Set([...cuts, whole.length].filter((cut) => cut <= whole.length))].toSorted((a, b) => a - b);
      const chunks = ends.map((end, i) => whole.subarray(ends[i - 1] ?? 0, end));
      const lines = await decoded(chunks);
      expect(lines).toBe(await decoded([whole]));
      expect(lines).toHaveLength(whole.length);
      const blanks = /[ \t\r\n]/g;
      const texts = whole
        .toString('latin1')
        .split(RS)
        .map((text) => text.replaceAll(blanks, ''));
      expect(
        lines
          .split('\n')
          .map((line) => line.replaceAll(blanks, ''))
          .filter((line) => line !== ''),
      ).toEqual(texts.filter((text) => text !== ''));
    }),
  );
});
