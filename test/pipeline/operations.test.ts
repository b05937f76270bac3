import { utimes } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { forgetTombstones } from '../../functions/sweep/forget-tombstones.ts';
import { cases, casesTimeout } from '../support/cases.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = {
  into: 'public.t',
  businessKey: ['k'],
  conflict: { rule: 'operations', column: 'op' },
  limits: { maxDeletedShare: 1 },
};

/** A day of January 2026. */
function day(number: number): Date {
  return new Date(Date.UTC(2026, 0, number));
}

describe('operations', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (k integer primary key, name text not null, n integer default 7);
      insert into public.t values (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)`);
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
    (await pipeline.rows<{ row: string }>(sql`select concat_ws(' ', k, name, n) as row from public.t order by k`))
      .map(({ row }) => row)
      .join(', ');

  it('does what each record says, in any case, and judges of a deletion the key alone', async () => {
    const content =
      'k,name,n,op\n1,ONE,1,u\n2,,,delete\n4,four,4,INSERT\n5,,x,D\n6,,6,I\n7,seven,7,what\n8,,,D\n3,three,3,Update\n';
    const counts = { records: 8, rejected: 3, inserted: 1, updated: 1, unchanged: 2, deleted: 1 };
    expect(await load(1, content, { dryRun: true })).toMatchObject({ outcome: 'DRY_RUN', counts });
    const report = await load(1, content);
    expect(report).toMatchObject({ outcome: 'LOADED', counts });
    expect(report.rejectsByCode.map(({ code, column }) => `${code} ${column}`).toSorted()).toEqual([
      'INVALID_INTEGER n',
      'NOT_ALLOWED op',
      'NOT_NULL name',
    ]);
    expect(await rows()).toBe('1 ONE 1, 3 three 3, 4 four 4');
  });

  it('lets the records of a key act in their order', async () => {
    const content = 'k,name,op\n4,new,I\n4,,D\n4,newer,I\n1,x,U\n1,,D\n9,,D\n9,nine,I\n9,,D\n';
    const { counts } = await load(1, content);
    expect(counts).toMatchObject({ duplicate: 5, inserted: 1, deleted: 1, unchanged: 1 });
    expect(await rows()).toBe('2 two 2, 3 three 3, 4 newer 7');
  });

  it('takes words that are declared, and no others then', async () => {
    const conflict = { ...into.conflict, delete: ['weg'], insert: ['neu'] };
    const { counts } = await load(1, 'k,name,op\n1,,weg\n4,four,neu\n5,five,I\n2,,D\n', { conflict });
    expect(counts).toMatchObject({ inserted: 1, deleted: 1, rejected: 2 });
  });

  it('brings nothing back by an older file that comes late, whether the row was there or not', async () => {
    await load(10, 'k,name,op\n1,,D\n4,,D\n');
    const late = await load(5, 'k,name,op\n1,late,I\n4,late,U\n5,late,I\n');
    expect(late.counts).toMatchObject({ stale: 2, inserted: 1 });
    expect(await rows()).toBe('2 two 2, 3 three 3, 5 late 7');
    expect((await load(11, 'k,name,op\n1,newer,I\n')).counts).toMatchObject({ inserted: 1 });
    // a table that is made anew remembers nothing of the old one
    await pipeline.run('drop table public.t; create table public.t (k integer primary key, name text)');
    expect((await load(4, 'k,name,op\n4,four,I\n')).counts).toMatchObject({ inserted: 1 });
  });

  it('refuses under strict what inserts a row that is there and updates one that is not, as the file goes on', async () => {
    const content = [
      'k,name,op',
      ...['1,again,I', '2,TWO,U', '3,,D', '3,three,I', '3,THREE,U', '4,none,U', '5,five,I', '5,FIVE,U', '5,twice,I'],
      ...['6,,D', '6,six,U', '7,none,U', '7,seven,I', '1,ONE,U', '8,eight,I', '8,,D', '8,late,U'],
    ].join('\n');
    const conflict = { ...into.conflict, strict: true };
    const counts = { records: 17, rejected: 6, duplicate: 4, inserted: 2, updated: 3, unchanged: 2, deleted: 0 };
    expect((await load(1, content, { conflict, dryRun: true, sliceBytes: 40 })).counts).toMatchObject({ rejected: 6 });
    const report = await load(1, content, { conflict, sliceBytes: 40 });
    expect(await rows()).toBe('1 ONE 1, 2 TWO 2, 3 THREE 3, 5 FIVE 7, 7 seven 7');
    expect(report.rejectsByCode.map(({ code, rejects }) => `${code} ${rejects}`).toSorted()).toEqual([
      'NO_ROW 4',
      'ROW_EXISTS 2',
    ]);
    expect(report.counts).toMatchObject(counts);
    expect((await load(2, content)).counts).toMatchObject({ rejected: 0 });
  });

  it.each([
    ['I', 'insert into public.t values (9, $$theirs$$, 1)', 'ROW_EXISTS'],
    ['U', 'delete from public.t where (k = 1)', 'NO_ROW'],
  ])('refuses under strict by the merge what others made so meanwhile: %s', async (op, meanwhile, code) => {
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'MergeBatches' || event['lane'] !== undefined) {
        pipeline.before = null;
        await pipeline.run(meanwhile);
      }
    };
    const report = await load(1, `k,name,op\n${op === 'I' ? 9 : 1},ours,${op}\n2,TWO,U\n`, {
      conflict: { ...into.conflict, strict: true },
    });
    expect(report).toMatchObject({ counts: { rejected: 1, updated: 1 }, rejectsByCode: [{ code }] });
  });

  it('forgets after the days of the dataset what was deleted, and only then brings it back', async () => {
    const gone = await load(10, 'k,name,op\n1,,D\n');
    await load(11, 'k,name,op\n2,,D\n');
    await pipeline.run(
      `update landfall.loads set dataset = 'kept', ended_at = ended_at - case when load_id = ${gone.loadId} then interval '31 days' else interval '29 days' end`,
    );
    const declared = { prefix: 'kept/', table: 'public.t', key: ['k'] };
    const conflict = { rule: 'operations', column: 'op' } as const;
    const forget = async (days: object): Promise<number> =>
      await pipeline.connect((db) =>
        forgetTombstones(db, [defineDataset({ name: 'kept', ...declared, conflict, ...days })]),
      );
    expect(await forget({})).toBe(0);
    expect(await forget({ keepTombstonesDays: 30 })).toBe(1);
    expect((await load(5, 'k,name,op\n1,one,I\n2,two,I\n')).counts).toMatchObject({ inserted: 1, stale: 1 });
    expect(() =>
      defineDataset({ name: 'kept', ...declared, conflict: { rule: 'update' }, keepTombstonesDays: 30 }),
    ).toThrow('operations');
  });

  it('knows a key in every spelling that its type calls equal', async () => {
    await pipeline.run('create table public.n (a numeric, b char(4), name text, primary key (a, b))');
    const own = { into: 'public.n', businessKey: ['a', 'b'] };
    await load(10, 'a,b,op\n1.50,x,D\n', own);
    expect((await load(5, 'a,b,op\n1.5,x   ,I\n1.51,x,I\n', own)).counts).toMatchObject({ stale: 1, inserted: 1 });
  });

  it('is guarded by the share of rows that it deletes', async () => {
    const report = await load(1, 'k,name,op\n1,,D\n2,,D\n', { limits: {} });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_DELETED', planned: { deleted: 2 } });
    expect(await rows()).toBe('1 one 1, 2 two 2, 3 three 3');
    expect(await pipeline.rows(sql`select from landfall.tombstones`)).toEqual([]);
  });

  it('rejects a deletion that the target refuses, and takes what it frees', async () => {
    await pipeline.run(`
      create table public.child (k integer references public.t);
      insert into public.child values (1);
      alter table public.t add unique (name)`);
    const report = await load(1, 'k,name,op\n1,,D\n2,,D\n4,two,I\n');
    expect(report.counts).toMatchObject({ rejected: 1, deleted: 1, inserted: 1 });
    expect(report.rejectsByCode).toMatchObject([{ code: 'TARGET_REFUSED' }]);
    expect(await rows()).toBe('1 one 1, 3 three 3, 4 two 7');
  });

  it('refuses a table that has a column of that name', async () => {
    await pipeline.run('alter table public.t add op text');
    const report = await load(1, 'k,name,op\n1,,D\n');
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
    expect(report.message).toContain('the table has one of that name');
  });

  it('goes on where it was killed, with staging and without', async () => {
    const content = `k,name,op\n${Array.from({ length: 600 }, (_, i) => `${i},x${i},${i % 3 === 0 ? 'D' : 'I'}`).join('\n')}\n`;
    await pipeline.run('truncate public.t; insert into public.t select n, $$old$$ from generate_series(0, 299) as n');
    for (const isLost of [false, true]) {
      let calls = 0;
      pipeline.before = async ({ event }) => {
        if (event['state'] !== 'Finish' || (calls += 1) > 1) return;
        if (isLost) await pipeline.run('delete from landfall_staging.epochs');
        throw Object.assign(new Error('killed'), { name: 'Killed' });
      };
      const path = await pipeline.file(`killed-${isLost}.csv`, content.replaceAll(',x', `,${isLost}`));
      const request = { ...into, limits: { ...into.limits, batchRows: 50 }, sliceBytes: 3_000 };
      await pipeline.execute({ bucket: 'file://', key: path, ...request });
      pipeline.before = null;
      await pipeline.run('delete from landfall.leases');
      const report = await pipeline.load(path, request);
      expect(report.counts).toMatchObject(
        isLost
          ? { updated: 400, unchanged: 200, deleted: 0 }
          : { inserted: 200, updated: 200, deleted: 100, unchanged: 100 },
      );
    }
  });

  const record = fc.record({
    k: fc.integer({ min: 0, max: 150 }),
    name: fc.constantFrom('a', 'b', 'c'),
    op: fc.constantFrom('I', 'U', 'D'),
  });
  const file = fc.record({
    at: fc.integer({ min: 1, max: 20 }),
    records: fc.array(record, { minLength: 1, maxLength: 200, size: 'max' }),
  });

  it('leaves the table as a model in memory has it, whatever comes in whatever order', {
    timeout: casesTimeout(4),
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), async (sequence) => {
        await pipeline.run('truncate public.t; truncate landfall.tombstones');
        const table = new Map<number, string>();
        const buried = new Map<number, number>();
        for (const { at, records } of [...sequence, ...sequence.slice(0, 1)]) {
          const last = new Map(records.map((each) => [each.k, each]));
          const counts = {
            duplicate: records.length - last.size,
            inserted: 0,
            updated: 0,
            unchanged: 0,
            stale: 0,
            deleted: 0,
          };
          for (const [k, { name, op }] of last) {
            const before = table.get(k);
            if (op === 'D') {
              counts[before === undefined ? 'unchanged' : 'deleted'] += 1;
              table.delete(k);
              buried.set(k, Math.max(at, buried.get(k) ?? 0));
            } else if (before === undefined && (buried.get(k) ?? 0) > at) counts.stale += 1;
            else {
              counts[before === undefined ? 'inserted' : before === name ? 'unchanged' : 'updated'] += 1;
              table.set(k, name);
            }
          }
          const lines = records.map(({ k, name, op }) => `${k},${name},${op}`);
          const report = await load(at, `k,name,op\n${lines.join('\n')}\n`, {
            sliceBytes: 300,
            limits: { maxDeletedShare: 1, batchRows: 20 },
          });
          expect(report).toMatchObject({ outcome: 'LOADED', counts });
          const found = await pipeline.rows<{ k: number; name: string }>(sql`select k, name from public.t order by k`);
          expect(found).toEqual([...table].map(([k, name]) => ({ k, name })).toSorted((a, b) => a.k - b.k));
        }
      }),
      cases(4),
    );
  });
});
