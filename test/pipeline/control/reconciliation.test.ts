import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const columns = 'id int primary key, amount numeric(12,2), version int';
const ddl = `
  create table public.t (${columns});
  create table public.rounding (${columns});
  create function public.round_it() returns trigger language plpgsql as
    $$ begin new.amount = pg_catalog.round(new.amount); return new; end $$;
  create trigger round_it before insert or update on public.rounding for each row execute function public.round_it();
  create table public.picky (${columns}, check (id > 0));
  create function public.refuse_two() returns trigger language plpgsql as
    $$ begin if new.id = 2 then raise exception 'not this one' using errcode = '23514'; end if; return new; end $$;
  create trigger refuse_two before insert on public.picky for each row execute function public.refuse_two();
  create table public.log (at int, amount numeric(12,2));
`;

let pipeline: Pipeline;

beforeAll(async () => void (pipeline = await testPipeline(ddl)), 120_000);
afterAll(async () => await pipeline.end());
afterEach(async () => {
  pipeline.before = null;
  await pipeline.run('truncate public.t, public.rounding, public.picky, public.log; delete from landfall.loads');
});

const header = 'id,amount,version\n';
const three = `${header}1,1.50,1\n2,2.25,1\n3,,1\n`;
const sums = { amount: '3.75' };
const into = (table: string, more: Partial<LoadRequest> = {}): Partial<LoadRequest> => ({
  into: `public.${table}`,
  businessKey: ['id'],
  control: { sums },
  ...more,
});
const amount = (staging: string, table: string | null, source = '3.75') => ({
  control: { sums: [{ column: 'amount', source, staging, table }] },
});

describe('source, staging and table', () => {
  it('agree in the report, of new, changed and unchanged rows', async () => {
    await pipeline.run('insert into public.t values (1, 9, 1), (3, null, 1), (4, 100, 1)');
    const report = await pipeline.load(await pipeline.file('a.csv', three), into('t'));
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, updated: 1, unchanged: 1 } });
    expect(report).toMatchObject(amount('3.75', '3.75'));
  });

  it('agree where a batch is merged in several transactions', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `${i},0.25,1`);
    await pipeline.run('insert into public.t select i, 1, 1 from generate_series(0, 399) as i');
    const path = await pipeline.file('parts.csv', `${header}${rows.join('\n')}\n`);
    const report = await pipeline.load(
      path,
      into('t', { control: { sums: { amount: '100' } }, limits: { batchRows: 50 } }),
    );
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { updated: 400 },
      ...amount('100.00', '100.00', '100.00'),
    });
  });

  it('agree without the rows that the conflict rule keeps, and those that it leaves where a record is empty', async () => {
    await pipeline.run('insert into public.t values (1, 7, 5), (3, 8, 0)');
    const path = await pipeline.file('kept.csv', three);
    const newer = await pipeline.load(path, into('t', { conflict: { rule: 'newer-wins', versionColumn: 'version' } }));
    expect(newer).toMatchObject({ outcome: 'LOADED', counts: { stale: 1 }, ...amount('2.25', '2.25') });
    await pipeline.run('truncate public.t; insert into public.t values (3, 8, 0)');
    const patch = await pipeline.load(path, into('t', { conflict: { rule: 'patch' }, force: true }));
    expect(patch).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2, updated: 1 }, ...amount('3.75', '3.75') });
  });

  it('agree where somebody else was first, and without what the target refuses', async () => {
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'MergeLane')
        await pipeline.run('insert into public.t values (1, 7, 1) on conflict do nothing');
    };
    const path = await pipeline.file('first.csv', three);
    expect(await pipeline.load(path, into('t'))).toMatchObject({ outcome: 'LOADED', ...amount('3.75', '3.75') });
    await pipeline.run('truncate public.t');
    const insertOnly = into('t', { conflict: { rule: 'insert-only' }, force: true });
    expect(await pipeline.load(path, insertOnly)).toMatchObject({
      outcome: 'LOADED',
      counts: { stale: 1 },
      ...amount('2.25', '2.25'),
    });
    expect(await pipeline.load(path, into('picky'))).toMatchObject({
      outcome: 'LOADED',
      counts: { rejected: 1 },
      ...amount('1.50', '1.50'),
    });
  });

  it('do not agree where a trigger stores something else: the transaction is undone, and the load fails', async () => {
    const path = await pipeline.file('rounded.csv', three);
    const result = await pipeline.execute({ bucket: 'file://', key: path, ...into('rounding') });
    expect(result).toMatchObject({ status: 'FAILED', error: 'ReconciliationMismatch' });
    expect(JSON.stringify(result)).toContain('of column amount do not add up to the accepted records');
    expect(await pipeline.rows(sql`select from public.rounding`)).toEqual([]);
    await pipeline.run('delete from landfall.leases');
    const without = await pipeline.load(path, { ...into('rounding'), control: { records: 3 }, force: true });
    expect(without).toMatchObject({ outcome: 'LOADED', control: { records: { expected: 3, merged: 3 }, sums: [] } });
  });

  it('are compared as far as rows without a key can be found again', async () => {
    const path = await pipeline.file('log.csv', 'at,amount\n1,1.50\n1,2.25\n');
    const append = { into: 'public.log', control: { sums }, conflict: { rule: 'append' } };
    expect(await pipeline.load(path, append)).toMatchObject({ outcome: 'LOADED', ...amount('3.75', null) });
  });
});
