import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const ddl = `
  create table public.t (id int primary key, ok boolean, qty int check (qty > 0));
  create table public.picky (id int primary key, ok boolean);
  create function public.refuse_all() returns trigger language plpgsql as
    $$ begin raise exception 'not today' using errcode = '23514'; end $$;
  create trigger refuse_all before insert on public.picky for each row execute function public.refuse_all();
`;

let pipeline: Pipeline;

beforeAll(async () => void (pipeline = await testPipeline(ddl)), 120_000);
afterAll(async () => await pipeline.end());
beforeEach(
  async () =>
    await pipeline.run('truncate public.t; insert into public.t values (-1, true, 1); delete from landfall.loads'),
);

const into = { into: 'public.t', businessKey: ['id'] };
const bad = 'id,ok,qty\n1,perhaps,1\n2,true,-1\n3,true,1,9\n';
const held = async (): Promise<number> => (await pipeline.rows(sql`select from public.t`)).length;

describe('a load without one sound record', () => {
  it('is refused with all its rejects, and leaves the table alone', async () => {
    const path = await pipeline.file('bad.csv', bad);
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({
      outcome: 'REJECTED',
      code: 'NOTHING_ACCEPTED',
      counts: { records: 3, rejected: 3 },
    });
    expect(report.message).toContain(`landfall rejects ${report.loadId}`);
    expect(await pipeline.rows(sql`select from landfall.rejects where (load_id = ${report.loadId})`)).toHaveLength(3);
    expect(await held()).toBe(1);
  });

  it('is refused in a dry run too', async () => {
    const report = await pipeline.load(await pipeline.file('dry.csv', bad), { ...into, dryRun: true });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED', counts: { rejected: 3 } });
  });

  it('is refused where only the target itself says so', async () => {
    const path = await pipeline.file('picky.csv', 'id,ok\n1,true\n2,false\n');
    const report = await pipeline.load(path, { into: 'public.picky', businessKey: ['id'] });
    expect(report).toMatchObject({
      outcome: 'REJECTED',
      code: 'NOTHING_ACCEPTED',
      counts: { records: 2, rejected: 2 },
    });
    expect(report.rejectsByCode).toEqual([{ code: 'TARGET_REFUSED', column: null, rejects: 2 }]);
  });

  it('is loaded where its dataset allows that', async () => {
    const path = await pipeline.file('allowed.csv', bad);
    const report = await pipeline.load(path, { ...into, limits: { allowAllRejected: true } });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { rejected: 3, inserted: 0 } });
  });

  it('is loaded by the same file with the leniency that helps', async () => {
    const path = await pipeline.file('words.csv', 'id,ok,qty\n1,yes,1\n2,no,1\n');
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED' });
    const again = await pipeline.load(path, { ...into, leniencies: ['booleanWords'] });
    expect(again).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
  });
});

it('one sound record among rejects, even one that changes nothing, makes a load LOADED', async () => {
  const path = await pipeline.file('one.csv', `${bad}-1,true,1\n`);
  expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { rejected: 3, unchanged: 1 } });
});

it('a header without records is LOADED', async () => {
  const path = await pipeline.file('header.csv', 'id,ok,qty\n');
  expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { records: 0 } });
});
