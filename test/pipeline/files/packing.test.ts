import { gzipSync, zstdCompressSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';
import { zipArchive } from '../../support/zip-archive.ts';

const DDL = 'create table public.item (id integer primary key, name text not null, "größe" text)';

describe('a file', () => {
  let pipeline: Pipeline;
  let files = 0;
  beforeAll(async () => {
    pipeline = await testPipeline(DDL);
  });
  afterAll(() => pipeline.end());

  const load = async (bytes: Buffer, request: Partial<LoadRequest> = {}) => {
    await pipeline.run('truncate public.item');
    const path = await pipeline.file(`${(files += 1)}.csv.gz`, bytes);
    const report = await pipeline.load(path, { into: 'public.item', businessKey: ['id'], ...request });
    const rows = await pipeline.rows<{ row: readonly (string | null)[] }>(
      sql`select array[id::text, name, "größe"] as row from public.item order by id`,
    );
    const rejects = await pipeline.rows<{ code: string; message: string; byte_offset: number; raw: Buffer }>(
      sql`select reasons -> 0 ->> 'code' as code, reasons -> 0 ->> 'message' as message, byte_offset, raw
          from landfall.rejects where load_id = ${report.loadId} order by record_no`,
    );
    return { report, rows: rows.map(({ row }) => row), rejects };
  };

  it('in windows-1252 is its text, and a byte that is no character is its record’s fault, at its place in the file', async () => {
    const text = Buffer.from('id,name,Größe\n1,Zoë,a“b”\n2,un~defined,x\n3,€ ½,\n', 'utf8').toString();
    const bytes = iconv.encode(text, 'windows-1252');
    const at = bytes.indexOf('~');
    bytes[at] = 0x81;
    const { report, rows, rejects } = await load(bytes, { reading: { encoding: 'CP1252' } });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 3, rejected: 1, inserted: 2 } });
    expect(report.decoded).toMatchObject({ from: 'windows-1252' });
    expect(rows).toStrictEqual([
      ['1', 'Zoë', 'a“b”'],
      ['3', '€ ½', null],
    ]);
    expect(rejects).toMatchObject([
      { code: 'INVALID_ENCODING', byte_offset: Buffer.byteLength(text.slice(0, text.indexOf('2,un'))) },
    ]);
    expect(rejects[0]?.message).toContain(`0x81 at byte ${at} of the text before it was brought to UTF-8`);
  });

  it.each(['utf-16le', 'utf-16be', 'utf-32le'] as const)(
    'in %s is its text by its mark alone, packed too',
    async (encoding) => {
      const text = `\ufeffid,name,größe\r\n1,日本,"𝔘\n"\r\n2,Zo\0ë,x\r\n`;
      const bytes = iconv.encode(text, encoding, { addBOM: false });
      const { report, rows, rejects } = await load(gzipSync(bytes));
      expect(report).toMatchObject({ outcome: 'LOADED', decoded: { from: `gzip, ${encoding}` } });
      expect(report.misnamed).toBeUndefined();
      expect(rows).toStrictEqual([['1', '日本', '𝔘\n']]);
      expect(rejects).toMatchObject([{ code: 'NUL_BYTE' }]);
    },
  );

  it('in shift_jis is its text, whatever its second bytes are', async () => {
    const bytes = iconv.encode('id|name\n1|ソース 表示\n2|能力\n', 'shift_jis');
    const { rows } = await load(bytes, { delimiter: '|', reading: { encoding: 'shift_jis' } });
    expect(rows).toStrictEqual([
      ['1', 'ソース 表示', null],
      ['2', '能力', null],
    ]);
  });

  it('that is not UTF-8 and declares nothing names encodings in which it would be text', async () => {
    const bytes = iconv.encode('id,name\n1,Doña Ana\n2,Lea\n3,Cañon – “west”\n', 'windows-1252');
    const { report, rows, rejects } = await load(bytes);
    expect([rows.length, rejects.map(({ code }) => code)]).toStrictEqual([1, ['INVALID_UTF8', 'INVALID_UTF8']]);
    expect(report.encodings?.[0]).toStrictEqual({ encoding: 'windows-1252', option: '--encoding windows-1252' });
    expect(report.encodings?.map(({ encoding }) => encoding)).not.toContain('iso-8859-1');
    const header = await load(iconv.encode('id,Größe\n1,5\n', 'windows-1252'));
    expect(header.report).toMatchObject({ outcome: 'REJECTED', code: 'HEADER_INVALID_UTF8' });
    expect(header.report.message).toContain('would be text in windows-1252, ');
  });

  it('in a zip archive, packed with gzip there and in another encoding, is its text', async () => {
    const packed = zipArchive([
      { name: 'in/rows.csv.gz', bytes: gzipSync(Buffer.from('id,name\n1,Zoë\n', 'latin1')) },
      { name: 'in/readme.txt', bytes: Buffer.from('no rows') },
    ]);
    const request = { reading: { member: '*.csv.gz', encoding: 'windows-1252' } };
    const { report, rows } = await load(packed, request);
    expect(report).toMatchObject({ outcome: 'LOADED', decoded: { from: 'zip (in/rows.csv.gz), gzip, windows-1252' } });
    expect(rows).toStrictEqual([['1', 'Zoë', null]]);
    const both = await load(packed);
    expect(both.report).toMatchObject({ outcome: 'REJECTED', code: 'ZIP_MEMBER' });
    expect(both.report.message).toContain(': it holds in/rows.csv.gz, in/readme.txt; say which is meant with --member');
    const hurt = Buffer.from(packed);
    hurt[50] = (packed[50] as number) ^ 0xff;
    expect((await load(hurt, request)).report).toMatchObject({ outcome: 'REJECTED', code: 'ZIP_CORRUPT' });
  });

  it('of several frames of zstd is all of them, and one that is cut off is none', async () => {
    const skipped = Buffer.from('502a4d18020000006162', 'hex');
    const packed = Buffer.concat([zstdCompressSync('id,name\n1,a\n'), skipped, zstdCompressSync('2,b\n')]);
    const { report, rows } = await load(packed);
    expect(report).toMatchObject({ decoded: { from: 'zstd', bytes: 16 }, misnamed: { name: 'gzip', bytes: 'zstd' } });
    expect(rows).toHaveLength(2);
    const cut = await load(packed.subarray(0, -3));
    expect(cut).toMatchObject({ report: { outcome: 'REJECTED', code: 'ZSTD_CORRUPT' }, rows: [] });
    expect(cut.report.message).toContain(
      `at byte ${packed.length - 3} of ${packed.length - 3} (packed) the zstd is not whole`,
    );
  });

  it('that is an archive inside of gzip, or no archive where one of its files is asked for, is refused', async () => {
    const inside = await load(gzipSync(zipArchive([{ name: 'rows.csv', bytes: Buffer.from('id,name\n1,a\n') }])));
    expect(inside.report).toMatchObject({ outcome: 'REJECTED', code: 'PACKED_TOO_DEEP' });
    const plain = await load(Buffer.from('id,name\n1,a\n'), { reading: { member: 'rows.csv' } });
    expect(plain.report).toMatchObject({ outcome: 'REJECTED', code: 'ZIP_MEMBER' });
  });

  it('that begins with the mark of another encoding than is declared is refused', async () => {
    const { report } = await load(Buffer.from('\ufeffid,name\n1,Zoë\n'), { reading: { encoding: 'windows-1252' } });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'WRONG_ENCODING' });
    expect(report.message).toContain('the byte order mark of UTF-8, and windows-1252 is declared');
  });
});
