import { expect, it } from 'vitest';
import type { Content } from '../../../functions/content/content.ts';
import { mendedHeader } from '../../../functions/replay/mended-header.ts';
import { mendedLines, type TextLine } from '../../../functions/replay/mended-lines.ts';

const header = 'landfall.load,landfall.record,id,note,landfall.whole_record\r\n';
const body = '1,1,7,"a\r\nb ""c""",\r\n\r\n1,2,8,é,\r\n,,,,\r\n1,3,9,"\n",x';

async function linesOf(bytes: Buffer, pieceBytes: number): Promise<readonly TextLine[]> {
  const found = mendedHeader({ bytes, isAll: true }, ['id', 'note']);
  if (typeof found === 'string') throw new Error(found);
  const content = {
    async *read({ start }: { start: number }) {
      for (let at = start; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  } as unknown as Content;
  const lines: TextLine[] = [];
  for await (const line of mendedLines(content, found)) lines.push(line);
  return lines;
}

it('are the same in pieces of any length', async () => {
  const whole = Buffer.from(`${header}${body}`);
  const expected = [
    { line: 2, cells: ['1', '1', '7', 'a\r\nb "c"', ''], isText: true },
    { line: 5, cells: ['1', '2', '8', 'é', ''], isText: true },
    { line: 7, cells: ['1', '3', '9', '\n', 'x'], isText: true },
  ];
  expect(await linesOf(whole, whole.length)).toEqual(expected);
  for (let pieceBytes = 1; pieceBytes < 12; pieceBytes += 1) expect(await linesOf(whole, pieceBytes)).toEqual(expected);
});

it('are refused where one never ends', async () => {
  const endless = Buffer.concat([Buffer.from(`${header}1,1,7,"`), Buffer.alloc(33 * 2 ** 20, 'a')]);
  await expect(linesOf(endless, 2 ** 20)).rejects.toThrow('the line 2 of the file does not end within 33554432 bytes');
});
