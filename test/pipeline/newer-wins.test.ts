import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const conflict = { rule: 'newer-wins', versionColumn: ['day', 'no'] };
const into = { into: 'public.t', businessKey: ['id'], conflict };

describe('newer-wins', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, name text, day date, no numeric(6,2));
      insert into public.t values (1, 'old', '2026-01-05', 5), (2, 'old', '2026-01-05', 5), (3, 'old', '2026-01-05', 5),
        (4, 'old', '2026-01-05', null), (5, 'old', null, 9), (6, 'old', null, null), (7, 'old', '2026-01-05', 5)`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(
        sql`select concat_ws(' ', id, name, day, trim_scale(no)) as row from public.t order by id`,
      )
    ).map(({ row }) => row);
  const load = async (lines: readonly string[], request: object = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('a.csv', ['id,name,day,no', ...lines].join('\n')), { ...into, ...request });
  const rejects = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ told: string }>(sql`
        select concat(convert_from(raw, 'UTF8'), ' | ', reasons->0->>'code', ' | ', reasons->0->>'message') as told
        from landfall.rejects where (kind = 'reject') order by record_no`)
    ).map(({ told }) => told);

  it('compares the first column that differs; a row without a value there is older', async () => {
    const report = await load([
      '1,new,2026-01-06,1',
      '2,new,2026-01-04,9',
      '3,new,2026-01-05,5.5',
      '4,new,2026-01-05,1',
      '5,new,2020-01-01,1',
      '6,new,2020-01-01,1',
      '7,old,2026-01-05,5.0',
      '8,new,2026-01-01,1',
      '9,new,2026-01-01,',
    ]);
    expect(report.counts).toMatchObject({ rejected: 1, inserted: 1, updated: 5, unchanged: 1, stale: 1 });
    expect(report.rejectsByCode).toEqual([{ code: 'REQUIRED', column: 'no', rejects: 1 }]);
    expect(await rows()).toEqual([
      '1 new 2026-01-06 1',
      '2 old 2026-01-05 5',
      '3 new 2026-01-05 5.5',
      '4 new 2026-01-05 1',
      '5 new 2020-01-01 1',
      '6 new 2020-01-01 1',
      '7 old 2026-01-05 5',
      '8 new 2026-01-01 1',
    ]);
  });

  it.each([{ sliceBytes: 30 }, { dryRun: true }, {}])(
    'rejects the same version with other content, of the table and of the file: %o',
    async (request) => {
      const report = await load(
        [
          '1,other,2026-01-05,5',
          '2,old,2026-01-05,5',
          '8,first,2026-01-01,1',
          '8,second,2026-01-01,1.00',
          '8,first,2026-01-01,1.0',
          '9,a,2026-01-01,1',
          '9,b,2026-01-01,1',
          '9,c,2026-01-02,1',
        ],
        request,
      );
      expect(report.counts).toMatchObject({ rejected: 3, duplicate: 2, inserted: 2, unchanged: 1, stale: 0 });
      expect(report.rejectsByCode).toEqual([{ code: 'SAME_VERSION', column: null, rejects: 3 }]);
      expect(await rejects()).toEqual([
        "1,other,2026-01-05,5 | SAME_VERSION | day, no: '2026-01-05, 5' is the version of the row in the table as well, which has other content",
        "8,second,2026-01-01,1.00 | SAME_VERSION | day, no: '2026-01-01, 1.00' is the version of record 3 of the same key as well, which has other content",
        "9,b,2026-01-01,1 | SAME_VERSION | day, no: '2026-01-01, 1' is the version of record 6 of the same key as well, which has other content",
      ]);
      if ('dryRun' in request) return;
      expect((await rows()).slice(-2)).toEqual(['8 first 2026-01-01 1', '9 c 2026-01-02 1']);
    },
  );

  it('judges what others wrote since the classifying: older, newer, the same version with the same content and with other', async () => {
    let done: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      done ??= pipeline.run(`
        update public.t set no = 6 where id = 1; update public.t set no = 8 where id = 2;
        update public.t set no = 7, name = 'new' where id = 3; update public.t set no = 7, name = 'theirs' where id = 4;
        insert into public.t values (8, 'theirs', '2026-01-05', 7), (9, 'theirs', '2026-01-05', 6)`);
      await done;
    };
    const report = await load([1, 2, 3, 4, 7, 8, 9].map((id) => `${id},new,2026-01-05,7`));
    expect(report.counts).toMatchObject({ rejected: 2, inserted: 0, updated: 3, unchanged: 1, stale: 1 });
    expect(report.rejectsByCode).toEqual([{ code: 'SAME_VERSION', column: null, rejects: 2 }]);
    expect(await rows()).toEqual([
      '1 new 2026-01-05 7',
      '2 old 2026-01-05 8',
      '3 new 2026-01-05 7',
      '4 theirs 2026-01-05 7',
      '5 old 9',
      '6 old',
      '7 new 2026-01-05 7',
      '8 theirs 2026-01-05 7',
      '9 new 2026-01-05 7',
    ]);
  });
});
