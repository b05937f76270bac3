import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { askUndo, undoLoad } from '../support/undone.ts';

const into = { into: 'public.t', businessKey: ['k'], undo: true };

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline(
    `create table public.t (k integer primary key, name text, n numeric(12,2) unique, at timestamptz default '2026-01-01Z',
       tags text[], twice numeric generated always as (n * 2) stored, no bigint generated always as identity);
     insert into public.t (k, name, n, tags) select i, 'old ' || i, i, array['a,b', '"', null, '\\'] from generate_series(1, 6) as i;
     create table public.child (id integer primary key, k integer references public.t on delete cascade)`,
    { waits: 0.05 },
  );
});
afterEach(() => pipeline.end());

let files = 0;
async function load(content: string, request: Partial<LoadRequest> = {}): Promise<LoadReport> {
  const path = await pipeline.file(`${(files += 1)}.csv`, content);
  const report = await pipeline.load(path, { ...into, ...request });
  expect(report.outcome).toBe('LOADED');
  return report;
}

const table = (): Promise<object[]> => pipeline.rows(sql`select * from public.t order by k`);

describe('an undo', () => {
  it.each([
    ['update', {}, 'k,name,n\n1,x,1\n2,,20\n7,new,7\n8,new,8\n3,old 3,3\n', { restored: 2, removed: 2 }],
    ['insert-only', { conflict: { rule: 'insert-only' } }, 'k,name\n1,x\n7,new\n', { removed: 1 }],
    ['patch', { conflict: { rule: 'patch' } }, 'k,name,n\n1,,100\n7,new,7\n', { restored: 1, removed: 1 }],
    ['update-only', { conflict: { rule: 'update-only' } }, 'k,name\n1,x\n9,none\n', { restored: 1 }],
    [
      'newer-wins',
      { conflict: { rule: 'newer-wins', versionColumn: 'n' } },
      'k,name,n\n1,x,100\n2,x,0\n7,x,7\n',
      { restored: 1, removed: 1 },
    ],
    [
      'replace',
      { conflict: { rule: 'replace' }, limits: { maxDeletedShare: 1 } },
      'k,name,n\n1,x,1\n9,new,2\n',
      { restored: 1, removed: 1, returned: 5 },
    ],
    [
      'replace in one transaction',
      { conflict: { rule: 'replace' }, limits: { maxDeletedShare: 1 }, traffic: { atomic: 'yes' } },
      'k,name,n\n1,x,1\n9,new,2\n',
      { restored: 1, removed: 1, returned: 5 },
    ],
    [
      'operations',
      { conflict: { rule: 'operations', column: 'op' }, limits: { maxDeletedShare: 1 } },
      'k,name,n,op\n1,,,D\n9,takes its n,1,I\n2,x,2,U\n',
      { restored: 1, removed: 1, returned: 1 },
    ],
  ] as const)('makes every row what it was: %s', async (_rule, request, content, counts) => {
    const before = await table();
    const { loadId } = await load(content, request);
    expect(await table()).not.toEqual(before);
    const all = { restored: 0, removed: 0, returned: 0, untouched: 0, kept: 0, keptBy: {}, ...counts };
    expect(await askUndo(pipeline, 'undo-plan', { loadId })).toEqual({ loadId, ...all });
    const { rows, ...undone } = await undoLoad(pipeline, loadId);
    expect({ undone, rows }).toMatchObject({ undone: all, rows: [] });
    expect(await table()).toEqual(before);
    expect(await pipeline.rows(sql`select from landfall.journal`)).toEqual([]);
    expect(await pipeline.rows(sql`select from landfall.leases`)).toEqual([]);
  });

  it('leaves what others wrote, deleted, made or refer to, says which rows, and refuses a second time', async () => {
    const path = await pipeline.file(
      'again.csv',
      'k,name,n\n1,x,1\n2,x,2\n3,x,3\n7,new,7\n8,new,8\n9,new,9\n10,new,10\n',
    );
    const { loadId } = await pipeline.load(path, into);
    await pipeline.run(`
      update public.t set name = 'edited' where k in (1, 7);
      update public.t set name = 'old 4' where k = 4;
      delete from public.t where k in (2, 8);
      insert into public.child values (1, 9)`);
    const later = await load('k,name,n\n3,later,3\n11,later,11\n');
    const stood = await table();
    const kept = { kept: 5, keptBy: { changed: 3, deleted: 1, referenced: 1 } };
    const counts = { restored: 0, removed: 1, returned: 0, untouched: 1, ...kept };
    expect(await askUndo(pipeline, 'undo-plan', { loadId })).toMatchObject(counts);
    expect(await table()).toEqual(stood);
    const { rows = [], ...undone } = await undoLoad(pipeline, loadId);
    expect(undone).toMatchObject(counts);
    expect(rows.map(({ why, key }) => `${why} ${key}`).toSorted()).toEqual(
      ['changed k=1', 'changed k=3', 'changed k=7', 'deleted k=2', 'referenced k=9'].toSorted(),
    );
    expect(await table()).toEqual(stood.filter((row) => (row as { k: number }).k !== 10));
    await expect(undoLoad(pipeline, loadId)).rejects.toThrow(
      /was undone at .*by ana@laptop, and an undo is not undone/,
    );
    // what was undone is no load of the object any more, and the load after it is undone as any other
    expect((await pipeline.load(path, into)).counts).toMatchObject({ inserted: 3, updated: 3 });
    expect(await undoLoad(pipeline, later.loadId)).toMatchObject({ removed: 1, untouched: 1, kept: 0 });
  });

  it('is refused with words where there is nothing to undo, or no journal', async () => {
    const unkept = await load('k,name\n1,x\n', { undo: false });
    await expect(askUndo(pipeline, 'undo', { loadId: unkept.loadId })).rejects.toThrow('kept no journal');
    const dry = await pipeline.load(await pipeline.file('dry.csv', 'k,name\n1,y\n'), { ...into, dryRun: true });
    await expect(askUndo(pipeline, 'undo', { loadId: dry.loadId })).rejects.toThrow('is DRY_RUN: it wrote nothing');
    const held = await pipeline.load(await pipeline.file('held.csv', 'k,name\n1,z\n'), { ...into, approve: 'always' });
    await expect(askUndo(pipeline, 'undo', { loadId: held.loadId })).rejects.toThrow('is HELD');
    const keyless = await pipeline.load(await pipeline.file('a.csv', 'k,name\n8,y\n'), {
      ...into,
      businessKey: [],
      conflict: { rule: 'append' },
    });
    expect(keyless).toMatchObject({ code: 'DATASET_INVALID', message: expect.stringContaining('rows have no key') });
    await expect(askUndo(pipeline, 'undo', { loadId: 99 })).rejects.toThrow('the ledger has no load 99');
    await expect(askUndo(pipeline, 'undone', { loadId: unkept.loadId })).rejects.toThrow('nobody asked to undo');
    const journalled = await load('k,name\n2,x\n');
    await pipeline.run(`alter table public.t drop column tags`);
    await expect(askUndo(pipeline, 'undo', { loadId: journalled.loadId })).rejects.toThrow('had columns');
  });

  it('restores where columns came since, and where the target refuses a row lists that and restores the others', async () => {
    const { loadId } = await load('k,name,n\n1,x,101\n2,x,102\n3,x,103\n');
    await pipeline.run(`
      alter table public.t add column more text;
      insert into public.t (k, name, n) values (20, 'takes the n of 2', 2);
      alter table public.t add check (name <> 'old 3') not valid`);
    const { rows = [], ...undone } = await undoLoad(pipeline, loadId);
    expect(undone).toMatchObject({ restored: 1, kept: 2, keptBy: { refused: 2 } });
    expect(rows.map(({ key, message }) => `${key} ${message}`).toSorted()).toEqual([
      expect.stringContaining('k=2 duplicate key value violates unique constraint'),
      expect.stringContaining('k=3 new row for relation "t" violates check constraint'),
    ]);
  });

  it('undoes what was written one by one: somebody was first, and the target refuses rows', async () => {
    await pipeline.run(`alter table public.t add check (name <> 'never')`);
    const before = await table();
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      pipeline.before = null;
      await pipeline.run(`insert into public.t (k, name, n) values (7, 'first', 70); delete from public.t where k = 2`);
    };
    // 5 gets the unique value that 1 gives up behind it
    const report = await load('k,name,n\n7,x,7\n2,x,2\n5,y,1\n1,x,100\n8,x,3\n9,x,9\n');
    expect(report.counts).toMatchObject({ rejected: 1, inserted: 2, updated: 3 });
    expect(await undoLoad(pipeline, report.loadId)).toMatchObject({ kept: 0, removed: 2, restored: 3 });
    const own = sql`select k, name, n from public.t where k in (1, 2, 5, 7, 8, 9) order by k`;
    expect(await pipeline.rows(own)).toEqual([
      { k: 1, name: 'old 1', n: '1.00' },
      { k: 5, name: 'old 5', n: '5.00' },
      { k: 7, name: 'first', n: '70.00' },
    ]);
    expect((await table()).length).toBe(before.length);
  });

  it('goes on where it was killed, and waits in line with loads', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => `${i + 1},x,${i + 1}`);
    const before = await table();
    const { loadId } = await load(['k,name,n', ...lines, ''].join('\n'), { limits: { batchRows: 100 } });
    const [{ rows: all } = { rows: 0 }] = await pipeline.rows<{ rows: number }>(
      sql`select sum(rows)::integer as rows from landfall.journal`,
    );
    expect(all).toBe(3_000);
    await pipeline.run(`insert into landfall.leases (target, load_id, attempt, execution, token, expires_at)
      select target, load_id, 9, 'another', 'another', now() + interval '1 hour' from landfall.loads`);
    let looks = 0;
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'BeginUndo' && (looks += 1) === 2) await pipeline.run('delete from landfall.leases');
      if (event['state'] !== 'UndoRows') return;
      pipeline.before = null;
      await pipeline.run(`create function public.full() returns trigger language plpgsql as $$ begin
        if old.k = 600 then raise sqlstate '58030' using message = 'disk'; end if; return old; end $$;
        create trigger full_disk before delete on public.t for each row execute function public.full()`);
    };
    await expect(undoLoad(pipeline, loadId)).rejects.toThrow('the undo ended');
    expect(looks).toBeGreaterThan(1);
    await pipeline.run('drop function public.full cascade; delete from landfall.leases');
    expect(await askUndo(pipeline, 'undone', { loadId })).toMatchObject({ endedAt: null });
    expect(await undoLoad(pipeline, loadId)).toMatchObject({ restored: 6, removed: 2_994, kept: 0 });
    expect(await table()).toEqual(before);
  });
});
