import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

describe('what becomes of a record', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, name text, n integer not null)');
  });
  afterEach(() => pipeline.end());

  const names = async (): Promise<string[]> =>
    (await pipeline.rows<{ row: string }>(sql`select id || name as row from public.t order by id`)).map(
      ({ row }) => row,
    );

  it('keeps the last record of a key, over all slices, and the losers in the quarantine with their place', async () => {
    const lines = ['1,a,1', '2,"b', '",1', '1,c,1', '3,d,1', '1,e,1', '2,f,1'];
    const path = await pipeline.file('a.csv', ['id,name,n', ...lines].join('\n'));
    const { counts, firstDuplicates } = await pipeline.load(path, { ...into, sliceBytes: 8 });
    expect(counts).toMatchObject({ records: 6, duplicate: 3, inserted: 3 });
    expect(firstDuplicates).toEqual([
      { record: 1, line: 2, message: loser(5) },
      { record: 2, line: 3, message: loser(6, 2) },
      { record: 3, line: 5, message: loser(5) },
    ]);
    expect(await names()).toEqual(['1e', '2f', '3d']);
    expect(
      await pipeline.rows(
        sql`select record_no, line, byte_offset, byte_length, kind, raw, reasons->0->>'message' as message
          from landfall.rejects order by record_no`,
      ),
    ).toEqual([
      { record_no: 1, line: 2, byte_offset: 10, byte_length: 5, kind: 'duplicate', raw: null, message: loser(5) },
      { record_no: 2, line: 3, byte_offset: 16, byte_length: 8, kind: 'duplicate', raw: null, message: loser(6, 2) },
      { record_no: 3, line: 5, byte_offset: 25, byte_length: 5, kind: 'duplicate', raw: null, message: loser(5) },
    ]);
  });

  it('lets a good record of a key win although a later one of the same key is a reject', async () => {
    const path = await pipeline.file('a.csv', 'id,name,n\n1,good,1\n1,bad,x\n2,bad,\n2,good,2\n');
    const { counts } = await pipeline.load(path, into);
    expect(counts).toMatchObject({ rejected: 2, duplicate: 0, inserted: 2 });
    expect(await names()).toEqual(['1good', '2good']);
  });

  it('counts new, changed and unchanged rows exactly, and keeps a reject whole with all its reasons', async () => {
    await pipeline.run(`insert into public.t values (1, 'same', 1), (2, 'old', 2), (9, 'other', 9)`);
    const path = await pipeline.file('a.csv', 'n,id,name\n1,1,same\n2,2,new\n3,3,fresh\nx,y,\n');
    const report = await pipeline.load(path, into);
    expect(report.counts).toMatchObject({ records: 4, rejected: 1, inserted: 1, updated: 1, unchanged: 1 });
    expect(await names()).toEqual(['1same', '2new', '3fresh', '9other']);
    const [reject] = await pipeline.rows<{ raw: Buffer; reasons: { column: string }[] }>(
      sql`select raw, reasons from landfall.rejects`,
    );
    expect(reject?.raw.toString()).toBe('x,y,');
    expect(reject?.reasons.map(({ column }) => column).toSorted()).toEqual(['id', 'n']);
    expect(report.rejectsByCode).toEqual([
      { code: 'INVALID_INTEGER', column: 'id', rejects: 1 },
      { code: 'INVALID_INTEGER', column: 'n', rejects: 1 },
    ]);
  });

  it('writes nothing on a dry run, answers the counts that would be, and loads for real afterwards', async () => {
    await pipeline.run(`insert into public.t values (1, 'old', 1)`);
    const path = await pipeline.file('a.csv', 'id,name,n\n1,new,1\n2,b,2\n3,c,x\n');
    const dry = await pipeline.load(path, { ...into, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: { records: 3, rejected: 1, inserted: 1, updated: 1 } });
    expect(await names()).toEqual(['1old']);
    const real = await pipeline.load(path, into);
    expect(real).toMatchObject({ outcome: 'LOADED', counts: dry.counts });
  });

  it('loads a header without records, and refuses an object without a header', async () => {
    const headerOnly = await pipeline.load(await pipeline.file('h.csv', 'id,name,n\n'), into);
    expect(headerOnly).toMatchObject({ outcome: 'LOADED', counts: { records: 0 }, slices: 0 });
    const empty = await pipeline.load(await pipeline.file('e.csv', ''), into);
    expect(empty).toMatchObject({ outcome: 'REJECTED', code: 'HEADER_EMPTY' });
  });

  it('refuses a file whose quote never closes, naming its line, with the target untouched', async () => {
    const good = Array.from({ length: 100 }, (_, i) => `${i},n,1`);
    const path = await pipeline.file('a.csv', ['id,name,n', ...good, '100,"open,1', ...good].join('\n'));
    for (const sliceBytes of [64, 300, 1_000_000]) {
      const report = await pipeline.load(path, { ...into, sliceBytes });
      expect(report).toMatchObject({ outcome: 'REJECTED', code: 'UNTERMINATED_QUOTE' });
      expect(report.message).toContain('line 102');
    }
    expect(await names()).toEqual([]);
  });

  it.each([
    ['the first record', ['0,"open,1']],
    // slices of 64 bytes: records of 8 bytes from byte 10 on, so one begins exactly where a slice does
    ['a slice', [...Array.from({ length: 24 }, (_, i) => `${10 + i},n,23`), '100,"open,1']],
  ])('refuses it also where the quote opens in what begins %s', async (_, records) => {
    const path = await pipeline.file('a.csv', ['id,name,n', ...records, '2,b,2', ''].join('\n'));
    for (const sliceBytes of [64, 1_000_000]) {
      const report = await pipeline.load(path, { ...into, sliceBytes });
      expect(report).toMatchObject({ outcome: 'REJECTED', code: 'UNTERMINATED_QUOTE' });
      expect(report.message).toContain(`line ${records.length + 1},`);
    }
    expect(await names()).toEqual([]);
  });

  it('takes a record over maxRecordBytes as a reject and goes on', async () => {
    const long = 'x'.repeat(17 * 1024 * 1024);
    const path = await pipeline.file('a.csv', `id,name,n\n1,a,1\n2,${long},2\n3,c,3\n`);
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 3, rejected: 1, inserted: 2 } });
    expect(report.rejectsByCode).toEqual([{ code: 'RECORD_TOO_LONG', column: null, rejects: 1 }]);
  });
});

function loser(winner: number, key = 1): string {
  return `the key id=${key} is also in record ${winner}, which counts: the last one was kept`;
}
