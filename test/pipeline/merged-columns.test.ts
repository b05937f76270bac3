import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = {
  into: 'public.t',
  businessKey: ['id'],
  merge: {
    made: 'onInsert',
    note: 'keep',
    phone: 'onlyIfNull',
    moved: 'onChange',
    seen: 'greatest(target.seen, source.seen)',
  },
};
const header = 'id,name,made,note,phone,moved,seen';

describe('a column that is merged in a way of its own', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, name text, made date, note varchar(9), phone text, moved date, seen numeric(6,2));
      insert into public.t select i, 'n', '2026-05-01', 'mine', case when i = 4 then null else '456' end, '2026-05-01', 5
      from generate_series(1, 6) as i`);
  });
  afterEach(() => pipeline.end());

  const rows = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ row: string }>(sql`
        select concat_ws(' ', id, name, to_char(made, 'DD'), note, coalesce(phone, '-'), to_char(moved, 'DD'), seen) as row from public.t order by id`)
    ).map(({ row }) => row);
  const load = async (lines: readonly string[], request: object = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('a.csv', [header, ...lines].join('\n')), { ...into, ...request });

  const lines = [
    '1,n,2026-05-09,theirs,123,2026-05-09,4',
    '2,other,2026-05-09,theirs,123,2026-05-09,4',
    '3,n,2026-05-09,theirs,123,2026-05-09,5.01',
    '4,n,2026-05-09,theirs,123,2026-05-09,',
    '5,n,2026-05-01,mine,456,2026-05-01,5',
    '7,new,2026-05-09,theirs,123,2026-05-09,4',
  ];
  const after = [
    '1 n 01 mine 456 01 5.00',
    '2 other 01 mine 456 09 5.00',
    '3 n 01 mine 456 09 5.01',
    '4 n 01 mine 123 09 5.00',
    '5 n 01 mine 456 01 5.00',
    '6 n 01 mine 456 01 5.00',
  ];

  it.each([
    ['update', {}, { inserted: 1, updated: 3, unchanged: 2 }],
    ['update-only', {}, { rejected: 1, updated: 3, unchanged: 2 }],
    ['patch', {}, { inserted: 1, updated: 3, unchanged: 2 }],
  ] as const)('under %s writes what the dataset says, and nothing for its own sake', async (rule, more, counts) => {
    const request = { conflict: { rule, ...more } };
    expect((await load(lines, { ...request, dryRun: true })).counts).toMatchObject(counts);
    expect((await load(lines, request)).counts).toMatchObject(counts);
    const news = rule === 'update-only' ? [] : ['7 new 09 theirs 123 09 4.00'];
    expect(await rows()).toEqual([...after, ...news]);
    const again = await load(lines, { ...request, force: true });
    expect(again.counts).toMatchObject({ inserted: 0, updated: 0 });
  });

  it('means the same where others changed, deleted and inserted rows since the classifying', async () => {
    let done: Promise<void> | null = null;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      done ??= pipeline.run(`
        update public.t set note = 'hand', seen = 4.5 where (id = 2); update public.t set seen = 9 where (id = 3);
        delete from public.t where (id = 4); insert into public.t values (7, 'n', '2026-05-02', 'hand', null, '2026-05-02', 8)`);
      await done;
    };
    const report = await load(lines);
    expect(report.counts).toMatchObject({ inserted: 1, updated: 2, unchanged: 3, rejected: 0 });
    expect(await rows()).toEqual([
      '1 n 01 mine 456 01 5.00',
      '2 other 01 hand 456 09 4.50',
      '3 n 01 mine 456 01 9.00',
      '4 n 09 theirs 123 09',
      '5 n 01 mine 456 01 5.00',
      '6 n 01 mine 456 01 5.00',
      '7 new 02 hand 123 09 8.00',
    ]);
  });

  it('leaves rows alone of which nothing is updated', async () => {
    const merge = { name: 'keep', made: 'keep', note: 'keep', phone: 'keep', moved: 'keep', seen: 'keep' };
    const report = await load(lines, { merge });
    expect(report.counts).toMatchObject({ inserted: 1, updated: 0, unchanged: 5 });
  });
});
