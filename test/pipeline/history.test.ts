import { utimes } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.h', businessKey: ['k'], conflict: { rule: 'history' } };

/** A day of January 2026. */
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

describe('history', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.h (
        id bigserial primary key, k integer not null, a text, b integer default 7, valid_from timestamptz not null,
        valid_to timestamptz, current boolean not null, unique (k, valid_from));
      create unique index one_current on public.h (k) where current`);
  });
  afterEach(() => pipeline.end());

  let files = 0;
  /** @param at the day on which the file was changed last. */
  const load = async (at: number, content: string, request: Partial<LoadRequest> = {}): Promise<LoadReport> => {
    const path = await pipeline.file(`${(files += 1)}.csv`, content);
    await utimes(path, day(at), day(at));
    return await pipeline.load(path, { ...into, ...request });
  };
  const rows = async (): Promise<string> =>
    (
      await pipeline.rows<{ row: string }>(sql`
        select concat_ws(' ', k, a, b, concat(to_char(valid_from at time zone 'UTC', 'DD'), '-', to_char(valid_to at time zone 'UTC', 'DD')), case when current then 'now' end) as row
        from public.h order by k, valid_from`)
    )
      .map(({ row }) => row)
      .join(', ');

  it('ends the version that was and adds the next one, and keeps what the file does not say', async () => {
    expect((await load(1, 'k,a,b\n1,x,1\n2,x,2\n')).counts).toMatchObject({ inserted: 2 });
    const second = 'k,a\n1,y\n2,x\n3,x\n';
    const counts = { records: 3, inserted: 1, updated: 1, unchanged: 1 };
    expect(await load(2, second, { dryRun: true })).toMatchObject({
      counts,
      diff: { columns: [{ column: 'a', changed: 1 }], samples: [{ column: 'a', old: 'x', new: 'y' }] },
    });
    expect((await load(2, second)).counts).toMatchObject(counts);
    expect(await rows()).toBe('1 x 1 01-02, 1 y 1 02- now, 2 x 2 01- now, 3 x 7 02- now');
    expect((await load(3, second)).counts).toMatchObject({ unchanged: 3 });
    expect((await load(4, 'k,a,b\n1,x,1\n')).counts).toMatchObject({ updated: 1 });
    expect(await rows()).toContain('1 x 1 01-02, 1 y 1 02-04, 1 x 1 04- now');
  });

  it('rejects what comes too late and what contradicts, with the code of each, or slots it in', async () => {
    await load(10, 'k,a,b\n1,x,1\n2,x,1\n');
    const report = await load(5, 'k,a,b\n1,late,1\n3,x,1\n');
    expect(report).toMatchObject({ counts: { rejected: 1, inserted: 1 }, rejectsByCode: [{ code: 'LATE_VERSION' }] });
    expect((await load(10, 'k,a,b\n1,other,1\n2,x,1\n')).rejectsByCode).toMatchObject([{ code: 'SAME_VERSION' }]);
    const insert = { conflict: { rule: 'history', late: 'insert' } };
    expect((await load(5, 'k,a,b\n1,late,1\n', insert)).counts).toMatchObject({ inserted: 1 });
    expect((await load(7, 'k,a,b\n1,between,1\n2,x,1\n', insert)).counts).toMatchObject({ updated: 1, inserted: 1 });
    expect(await rows()).toBe(
      '1 late 1 05-07, 1 between 1 07-10, 1 x 1 10- now, 2 x 1 07-10, 2 x 1 10- now, 3 x 1 05- now',
    );
  });

  it('takes times of a column, in their order whatever the order of the file, in many batches', async () => {
    await pipeline.run('alter table public.h add seen timestamptz');
    const conflict = { rule: 'history', at: 'seen' };
    const lines = [
      '1,c,2026-01-03T00:00:00Z',
      '1,a,2026-01-01T00:00:00Z',
      '2,a,2026-01-02T00:00:00Z',
      '1,b,2026-01-02T00:00:00Z',
      '1,b,2026-01-02T00:00:00Z',
      '1,c,2026-01-04T00:00:00Z',
      '2,a,2026-01-03T00:00:00Z',
      '2,,',
    ];
    const report = await load(9, ['k,a,seen', ...lines].join('\n'), {
      conflict,
      limits: { batchRows: 1 },
      sliceBytes: 30,
    });
    expect(report.counts).toMatchObject({
      records: 8,
      rejected: 1,
      duplicate: 1,
      inserted: 2,
      updated: 2,
      unchanged: 2,
    });
    expect(report.rejectsByCode).toEqual([
      { code: 'KEY_NULL', column: 'valid_from', rejects: 1 },
      { code: 'REQUIRED', column: 'seen', rejects: 1 },
    ]);
    expect(await rows()).toBe('1 a 7 01-02, 1 b 7 02-03, 1 c 7 03- now, 2 a 7 02- now');
  });

  it('takes columns that are named, of dates', async () => {
    await pipeline.run(
      'create table public.d (k integer, a text, since date, until date, is_now boolean, primary key (k, since)); create unique index on public.d (k) where (until is null)',
    );
    const conflict = { rule: 'history', validFrom: 'since', validTo: 'until', current: 'is_now', at: 'since' };
    const own = { into: 'public.d', conflict };
    await load(1, 'k,a,since\n1,x,2026-01-01\n1,y,2026-01-05\n', own);
    await load(2, 'k,a,since\n1,z,2026-01-07\n', own);
    expect(await pipeline.rows(sql`select a, since::text, until::text, is_now from public.d order by since`)).toEqual([
      { a: 'x', since: '2026-01-01', until: '2026-01-05', is_now: false },
      { a: 'y', since: '2026-01-05', until: '2026-01-07', is_now: false },
      { a: 'z', since: '2026-01-07', until: null, is_now: true },
    ]);
  });

  it.each([
    ['alter table public.h drop column current', 'history writes "current" (current), but'],
    ['alter table public.h alter valid_to set not null', 'alter table "public"."h" alter "valid_to" drop not null;'],
    ['alter table public.h alter valid_to type date', 'make them the same'],
    ['drop index public.one_current; alter table public.h alter current type text', 'make it boolean'],
    ['alter table public.h add unique (k)', 'lets a key have one row'],
    ['alter table public.h drop constraint h_k_valid_from_key', 'has no unique index on exactly (k, valid_from)'],
  ])('refuses a table that cannot hold it: %s', async (change, words) => {
    await pipeline.run(change);
    const report = await load(1, 'k,a\n1,x\n');
    expect(report.outcome).toBe('REJECTED');
    expect(report.message).toContain(words);
  });

  it('refuses a journal, which would not know the versions that end', async () => {
    const report = await load(1, 'k,a\n1,x\n', { undo: true });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
    expect(report.message).toContain('undo does not go with history');
  });

  it('goes on where it was killed, with staging and without', async () => {
    await pipeline.run(
      `insert into public.h (k, a, valid_from, current) select n, 'old', '2026-01-01Z', true from generate_series(0, 299) as n`,
    );
    for (const [i, isLost] of [false, true].entries()) {
      let calls = 0;
      pipeline.before = async ({ event }) => {
        if (event['state'] !== 'Finish' || (calls += 1) > 1) return;
        if (isLost) await pipeline.run('delete from landfall_staging.epochs');
        throw Object.assign(new Error('killed'), { name: 'Killed' });
      };
      const lines = Array.from({ length: 600 }, (_, k) => `${k},${k % 3 === 0 ? 'old' : `new ${i}`}`);
      const path = await pipeline.file(`killed-${isLost}.csv`, `k,a\n${lines.join('\n')}\n`);
      await utimes(path, day(2 + i), day(2 + i));
      const request = { ...into, limits: { batchRows: 50 }, sliceBytes: 3_000 };
      await pipeline.execute({ bucket: 'file://', key: path, ...request });
      pipeline.before = null;
      await pipeline.run('delete from landfall.leases');
      const report = await pipeline.load(path, request);
      expect(report.counts).toMatchObject({ records: 600, rejected: 0 });
      const broken = await pipeline.rows(sql`
        select 1 from (select *, lead(valid_from) over (partition by k order by valid_from) as next from public.h) as h
        where (valid_to is distinct from next) or (current is distinct from (next is null))`);
      expect(broken).toEqual([]);
      expect(await pipeline.rows(sql`select count(*)::integer as n from public.h`)).toEqual([{ n: 800 + i * 400 }]);
    }
  });
});
