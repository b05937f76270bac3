import { expect, test } from 'vitest';
import { delimited } from '../../../functions/formats/delimited/format.ts';
import { isRegular } from '../../../functions/stage/copy-records.ts';

/** Whether lines of records follow from their numbers, as staging finds it. */
function regular(text: string): boolean {
  const bytes = Buffer.from(text);
  const scanner = delimited({ kind: 'csv', delimiter: ',' }, 'lf').scanner({
    fileColumns: [{ header: 'id', column: null }],
    ...{ maxRecordBytes: 100, maxRawBytes: 100, allRaw: false, zoneJumps: [] },
    ...{ startOffset: 0, endOffset: bytes.length },
  });
  scanner.push(bytes);
  if (!scanner.done) scanner.end();
  return isRegular(scanner.counts(), bytes.at(-1));
}

test.each([
  ['1\n2\n', true],
  ['1\n2', true],
  ['1\r\n2\r\n', true],
  ['', true],
  ['"a\nb"\n2\n', false],
  ['\n1\n2\n', false],
  // as many line ends as records, and yet the second record is in the third line
  ['\n1\n2', false],
  ['"a\nb"\n2', false],
])('lines of %j follow from numbers: %s', (text, expected) => {
  expect(regular(text)).toBe(expected);
});
