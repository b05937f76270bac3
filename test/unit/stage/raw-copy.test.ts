import { expect, test } from 'vitest';
import { faultyRecord, type RawRecord, soundRecord } from '../../../functions/formats/shared/raw-record.ts';
import { rawChunks } from '../../../functions/stage/raw-copy.ts';

/** Fields of each record of a COPY in PostgreSQL's binary format, by its manual: a header of 19 bytes, counted fields, -1 at the end. */
function recordsOf(copy: Buffer): (Buffer | null)[][] {
  expect(copy.subarray(0, 19)).toEqual(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'));
  const records: (Buffer | null)[][] = [];
  let at = 19;
  for (let fields = copy.readInt16BE(at); fields !== -1; fields = copy.readInt16BE(at)) {
    at += 2;
    const record: (Buffer | null)[] = [];
    for (let i = 0; i < fields; i += 1) {
      const length = copy.readInt32BE(at);
      at += 4;
      record.push(length === -1 ? null : copy.subarray(at, at + length));
      at += Math.max(0, length);
    }
    records.push(record);
  }
  expect(at + 2).toBe(copy.length);
  return records;
}

const cellsOf = (text: string): Buffer | null => (text === '' ? null : Buffer.from(text));
const split = (record: Buffer): (Buffer | null)[] => record.toString().split(',').map(cellsOf);

function sound(recordNo: number, text: string): RawRecord {
  const place = { recordNo, line: recordNo + 1, byteOffset: 2 ** 33 + recordNo };
  return soundRecord(place, Buffer.from(text), { split, maxRawBytes: 1_000_000 });
}

test('every record is whole in the COPY, whatever of it fits into a chunk', () => {
  // 100,000 bytes: two in a chunk, the third begins another; 300,000 is longer than one
  const texts = ['7,x,', 'a'.repeat(100_000), 'b'.repeat(100_000), 'c'.repeat(100_000), 'd'.repeat(300_000), ',,é'];
  const chunks = rawChunks(false);
  expect(chunks.take()).toEqual([]);
  texts.forEach((text, i) => chunks.add(sound(i + 1, text)));
  const place = { recordNo: 7, line: 9, byteOffset: 5 };
  chunks.add(faultyRecord(place, Buffer.from('1,2'), { code: 'FIELD_COUNT', detail: '2 cells', byteLength: 3 }));
  const added = chunks.bytes;
  const taken = chunks.take();
  expect(taken.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(added + 2);
  expect(taken.length).toBeGreaterThan(3);
  const records = recordsOf(Buffer.concat(taken));
  expect(records).toHaveLength(7);
  texts.forEach((text, i) => {
    const [no, offset, length, line, fault, detail, raw, cells] = records[i] ?? [];
    expect([no?.readInt32BE(), Number(offset?.readBigInt64BE()), line?.readInt32BE()]).toEqual([
      i + 1,
      2 ** 33 + i + 1,
      i + 2,
    ]);
    expect([Number(length?.readBigInt64BE()), raw?.toString()]).toEqual([Buffer.byteLength(text), text]);
    expect([fault, detail]).toEqual([null, null]);
    expect(arrayOf(cells ?? Buffer.alloc(0))).toEqual(text.split(',').map((cell) => (cell === '' ? null : cell)));
  });
  const [, , , , fault, detail, , cells] = records[6] ?? [];
  expect([fault?.toString(), detail?.toString(), cells]).toEqual(['FIELD_COUNT', '2 cells', null]);
  expect([chunks.bytes, chunks.take()]).toEqual([0, []]);
});

/** text[] as array_recv reads it: dimensions, whether it has NULLs, the type's number, the length, where it begins. */
function arrayOf(field: Buffer): (string | null)[] {
  expect([field.readInt32BE(0), field.readInt32BE(8), field.readInt32BE(16)]).toEqual([1, 25, 1]);
  const texts: (string | null)[] = [];
  let at = 20;
  for (let i = 0; i < field.readInt32BE(12); i += 1) {
    const length = field.readInt32BE(at);
    at += 4;
    texts.push(length === -1 ? null : field.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  expect(at).toBe(field.length);
  expect(field.readInt32BE(4)).toBe(texts.includes(null) ? 1 : 0);
  return texts;
}
