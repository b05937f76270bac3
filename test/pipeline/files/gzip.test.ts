import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { seeded } from '../../support/packed.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const DDL =
  'create table public.item (id integer primary key, name text not null, weight numeric check (weight < 900))';
const ROWS = 6_000;

/** A table of ~120 kB; quoted cells with line ends, so that a slice may end anywhere. */
function csv(rows = ROWS): Buffer {
  const random = seeded(rows);
  const line = (id: number): string => `${id},"name ${random().toString(36)}\n${id}",${(random() * 800).toFixed(3)}\n`;
  return Buffer.from(`id,name,weight\n${Array.from({ length: rows }, (_, id) => line(id)).join('')}`);
}

/** The bytes in so many members, cut anywhere. */
function packed(bytes: Buffer, members: number): Buffer {
  const cut = Math.ceil(bytes.length / members);
  const parts = Array.from({ length: members }, (_, i) => bytes.subarray(i * cut, (i + 1) * cut));
  return Buffer.concat(parts.map((part) => gzipSync(part)));
}

describe('a file that is packed with gzip', () => {
  let pipeline: Pipeline;
  /** Of each call of StageSlice, where one test says so. */
  let millisecondsLeft: () => number = () => 900_000;
  let files = 0;
  beforeAll(async () => {
    pipeline = await testPipeline(DDL, { millisecondsLeft: () => millisecondsLeft() });
  });
  afterAll(() => pipeline.end());

  const into = { into: 'public.item', businessKey: ['id'] };
  const written = (bytes: Buffer, name = 'item.csv.gz'): Promise<string> =>
    pipeline.file(`${(files += 1)}-${name}`, bytes);
  const stored = async (): Promise<{ rows: number; sum: string }> => {
    const [all] = await pipeline.rows<{ rows: number; sum: string }>(
      sql`select count(*)::integer as rows, coalesce(md5(string_agg(id::text || name || weight::text, ',' order by id)), '') as sum from public.item`,
    );
    return all ?? { rows: 0, sum: '' };
  };
  const empty = (): Promise<void> => pipeline.run('truncate public.item');
  const slices = (loadId: number | null) =>
    pipeline.rows<{ slice: number; range_start: number; range_end: number; start_offset: number; end_offset: number }>(
      sql`select slice, range_start, range_end, start_offset, end_offset from landfall.slices where load_id = ${loadId} order by slice`,
    );

  describe('loads as the plain one does', () => {
    let plain: { rows: number; sum: string };
    beforeAll(async () => {
      await empty();
      await pipeline.load(await written(csv(), 'plain.csv'), into);
      plain = await stored();
    });

    it.each([
      ['of one member', 1, 'item.csv.gz', undefined],
      ['of seven members, in slices of 5,000 bytes', 7, 'item.csv.gz', 5_000],
      ['of a hundred members, in slices of 50,000 bytes', 100, 'item.csv.gz', 50_000],
      ['named as if it were plain, in slices of 7,777 bytes', 2, 'item.csv', 7_777],
    ])('%s', async (_, members, name, sliceBytes) => {
      await empty();
      const bytes = csv();
      const path = await written(packed(bytes, members), name);
      const report = await pipeline.load(path, { ...into, ...(sliceBytes === undefined ? {} : { sliceBytes }) });
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: ROWS, inserted: ROWS, rejected: 0 } });
      expect(await stored()).toStrictEqual(plain);
      const planned = await slices(report.loadId);
      expect(planned.length).toBe(sliceBytes === undefined ? 1 : Math.ceil((bytes.length - 15) / sliceBytes));
      expect(planned.at(-1)).toMatchObject({ range_end: bytes.length, end_offset: bytes.length });
      expect(report.decoded).toStrictEqual({ from: 'gzip', bytes: bytes.length, paddingBytes: 0 });
    });

    it('where zeros follow the last member, and says how many', async () => {
      await empty();
      const bytes = Buffer.concat([packed(csv(), 3), Buffer.alloc(1_000)]);
      const report = await pipeline.load(await written(bytes), { ...into, sliceBytes: 40_000 });
      expect(report).toMatchObject({ outcome: 'LOADED', decoded: { paddingBytes: 1_000 } });
      expect(await stored()).toStrictEqual(plain);
    });

    it('once, by a worker that has time for one slice a call', async () => {
      await empty();
      millisecondsLeft = () => 100_000;
      const report = await pipeline.load(await written(packed(csv(), 5)), { ...into, sliceBytes: 20_000 });
      millisecondsLeft = () => 900_000;
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: ROWS, inserted: ROWS } });
      expect(await stored()).toStrictEqual(plain);
    });
  });

  it.each([
    ['', 900_000],
    [', also where each call has time for one slice', 100_000],
  ])('has rejects and duplicates at their place in the unpacked text, with their own bytes%s', async (_, left) => {
    await empty();
    millisecondsLeft = () => left;
    const bad = new Map([
      [50, '50,bad,950\n'],
      [3_000, '3000,"bad ""one""",1e3\n'],
      [4_000, '7,again,1\n'],
      [5_999, 'x,worse,2\n'],
    ]);
    const records = csv()
      .toString()
      .slice('id,name,weight\n'.length)
      .split(/(?<=\n)(?=\d+,")/);
    const text = `id,name,weight\n${records.map((record, i) => bad.get(i) ?? record).join('')}`;
    const report = await pipeline.load(await written(packed(Buffer.from(text), 9)), { ...into, sliceBytes: 16_000 });
    millisecondsLeft = () => 900_000;
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: ROWS, rejected: 3, duplicate: 1, inserted: 5_996 },
    });
    const places = await pipeline.rows<{ byte_offset: number; line: number; raw: Buffer | null }>(
      sql`select byte_offset, line, raw from landfall.rejects where load_id = ${report.loadId} order by record_no`,
    );
    const offsetOf = (record: string): number => Buffer.byteLength(text.slice(0, text.indexOf(`\n${record}`) + 1));
    const losing = records[7] as string;
    expect(places.map(({ byte_offset: at }) => at)).toStrictEqual(
      [...[losing], ...[50, 3_000, 5_999].map((i) => bad.get(i) as string)].map(offsetOf),
    );
    for (const { byte_offset: at, line, raw } of places) {
      expect(line).toBe(text.slice(0, at).split('\n').length);
      if (raw !== null) expect(text.slice(at, at + raw.length)).toBe(raw.toString());
    }
  });

  it('with a header alone has no records, and with nothing inside no header', async () => {
    const header = await pipeline.load(await written(gzipSync('id,name,weight\n')), into);
    expect(header).toMatchObject({ outcome: 'LOADED', counts: { records: 0 }, slices: 0 });
    const nothing = await pipeline.load(await written(gzipSync('')), into);
    expect(nothing).toMatchObject({ outcome: 'REJECTED', code: 'HEADER_EMPTY' });
  });

  it('inside gzip is no table', async () => {
    const report = await pipeline.load(await written(gzipSync(gzipSync(gzipSync(csv(10))))), into);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'PACKED_TOO_DEEP' });
  });

  it('whose quote never closes is refused at its line', async () => {
    const text = `${csv(1_000).toString()}1001,"open,5\n1002,x,7\n`;
    const report = await pipeline.load(await written(packed(Buffer.from(text), 4)), { ...into, sliceBytes: 5_000 });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'UNTERMINATED_QUOTE' });
    expect(report.message).toContain('line 2002, byte ');
  });

  describe('and is not whole', () => {
    const one = packed(csv(), 1);
    const many = packed(csv(), 5);
    const random = seeded(11);
    const cuts = Array.from({ length: 20 }, (_, i) => {
      const whole = i % 2 === 0 ? one : many;
      return [whole, 20 + Math.floor(random() * (whole.length - 21))] as const;
    });
    beforeAll(async () => {
      await empty();
      await pipeline.run(`insert into public.item values (-1, 'was here', 1)`);
    });

    it.each(cuts.map(([whole, at]) => [at, whole.length, whole] as const))(
      'cut off at byte %i of %i: refused there, nothing merged',
      async (at, _, whole) => {
        const report = await pipeline.load(await written(whole.subarray(0, at)), { ...into, sliceBytes: 30_000 });
        expect(report).toMatchObject({ outcome: 'REJECTED', code: 'GZIP_CORRUPT' });
        expect(report.message).toContain(`at byte ${at} of ${at} (packed) the gzip is not whole`);
        expect((await stored()).rows).toBe(1);
      },
    );

    it.each(Array.from({ length: 8 }, () => 100 + Math.floor(random() * (one.length - 112))))(
      'byte %i flipped: refused with a byte, nothing merged',
      async (at) => {
        const hurt = Buffer.from(one);
        hurt[at] = (one[at] as number) ^ (1 << Math.floor(random() * 8));
        const report = await pipeline.load(await written(hurt), { ...into, sliceBytes: 30_000 });
        expect(report).toMatchObject({ outcome: 'REJECTED', code: 'GZIP_CORRUPT' });
        expect(report.message).toMatch(/at byte \d+ of \d+ \(packed\)/);
        expect((await stored()).rows).toBe(1);
      },
    );

    it('zeros between two members: refused where they end, nothing merged', async () => {
      const bytes = Buffer.concat([one, Buffer.alloc(512), one]);
      const report = await pipeline.load(await written(bytes), { ...into, sliceBytes: 30_000 });
      expect(report).toMatchObject({ outcome: 'REJECTED', code: 'GZIP_CORRUPT' });
      expect(report.message).toContain(`at byte ${one.length + 512} of ${bytes.length} (packed)`);
      expect((await stored()).rows).toBe(1);
    });

    it('a bomb: refused, nothing merged', async () => {
      const row = Buffer.from(`1,${'a'.repeat(100_000)},1\n`.repeat(320));
      const bytes = Buffer.concat([gzipSync('id,name,weight\n'), ...Array.from({ length: 5 }, () => gzipSync(row))]);
      const report = await pipeline.load(await written(bytes), into);
      expect(report).toMatchObject({ outcome: 'REJECTED', code: 'DECODED_TOO_LARGE' });
      expect((await stored()).rows).toBe(1);
    });
  });
});
