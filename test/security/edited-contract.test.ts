import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { literal, sql } from '../../functions/core/sql.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/**
 * Whoever may write the ledger writes SQL into a contract, and somebody with more rights goes on with that load: nothing of
 * it may run. `evil()` notes who ran it; `evil.item` is a view of the attacker's in the place of the table.
 */
const ddl = `
  create table public.item (
    id integer primary key, name varchar(20) collate "C" check (length(name) < 15), sku text, price numeric(8,2), no bigserial
  );
  create schema evil;
  create table evil.ran (who text, at text);
  create function evil.run() returns boolean language plpgsql as $$
    begin insert into evil.ran values (session_user, current_query()); return true; end $$;
  create function evil.cast(text) returns text language plpgsql as $$
    begin insert into evil.ran values (session_user, current_query()); return $1; end $$;
  create domain evil.text as text check (evil.run());
  create function evil.same(text, text) returns boolean language plpgsql as $$ begin return evil.run(); end $$;
  create operator evil.= (function = evil.same, leftarg = text, rightarg = text);
  create view evil.item as select id, name, sku, price, case when evil.run() then 9 end::bigint as no from public.item`;

/** What is put where a contract has text that becomes SQL, or a name. */
const edits: Readonly<Record<string, readonly [path: string, value: unknown]>> = {
  'the expression of a check': ['{checks,0,expression}', 'evil.run() and length(name::text) < 15'],
  'the columns of a check': ['{checks,0}', { name: 'x', expression: 'evil.run()', columns: ['id'] }],
  'the type of a column': ['{columns,2,type}', 'evil.text'],
  'a type that ends its place': ['{columns,2,type}', 'text)::text, (select evil.run())::text::text, (null::text'],
  'the staging type of a column': ['{columns,2,stagingType}', "text default evil.cast('x')"],
  'the equality of a column': [
    '{columns,0,equals}',
    'operator(pg_catalog.=) 0 or evil.run() or 0 operator(pg_catalog.=)',
  ],
  'the collation of a column': ['{columns,1,collation}', 'pg_catalog."C") || evil.cast(\'\') collate (pg_catalog."C"'],
  'the table': ['{target,schema}', 'evil'],
  'the parent of a foreign key': [
    '{foreignKeys}',
    [{ name: 'x', columns: ['no'], parentSchema: 'evil', parentTable: 'item', parentColumns: ['no'] }],
  ],
};

/** The states whose statements are made of a contract, in their order. */
const states = ['StageSlice', 'ValidateSlice', 'Transform', 'MergeLane', 'Finish'];

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(ddl);
});
afterAll(() => pipeline.end());
beforeEach(async () => {
  pipeline.before = null;
  await pipeline.run(`truncate public.item, evil.ran; insert into public.item (id, name) values (1, 'old')`);
});

const into = { into: 'public.item', businessKey: ['id'] };
const header = 'id,name,sku,price,no';
let files = 0;

async function file(): Promise<string> {
  files += 1;
  return await pipeline.file(`${files}.csv`, [header, '1,one,a,1.50,5', '2,two,b,2,6', '3,three,c,x,7'].join('\n'));
}

/** Of the newest load. */
async function edit([path, value]: readonly [string, unknown]): Promise<void> {
  await pipeline.run(`
    update landfall.loads set contract = jsonb_set(contract, '${path}', ${literal(JSON.stringify(value)).text}::jsonb)
    where (load_id = (select max(load_id) from landfall.loads))`);
}

async function ran(): Promise<readonly object[]> {
  return await pipeline.rows(sql`select * from evil.ran`);
}

/** A load that ended before its gate, with all its slices judged. */
async function interrupted(path: string): Promise<void> {
  pipeline.before = ({ event }) => {
    if (event['state'] === 'Transform') throw new Error('no Transform today');
  };
  const execution = pipeline.start({ bucket: 'file://', key: path, ...into });
  const result = await execution.result;
  pipeline.before = null;
  if (result.status !== 'FAILED') throw new Error(`the execution ended ${result.status}`);
  await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
}

describe.each(Object.entries(edits))('%s, edited in the ledger', (_, change) => {
  it.each(states)('runs nothing where it is edited before %s', async (state) => {
    const path = await file();
    let edited: Promise<void> | null = null;
    // both lanes wait for it
    pipeline.before = async ({ event }) => {
      if (event['state'] === state) await (edited ??= edit(change));
    };
    const report = await pipeline.load(path, into);
    expect(edited).not.toBeNull();
    expect(await ran()).toEqual([]);
    if (state === 'Finish') return;
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'LEDGER_EDITED' });
    expect(report.message).toMatch(/somebody wrote into landfall\.loads/);
    expect(await pipeline.rows(sql`select id from public.item where (name = 'two')`)).toEqual([]);
  });

  it('runs nothing where the load is resumed', async () => {
    const path = await file();
    await interrupted(path);
    await edit(change);
    const report = await pipeline.load(path, into);
    expect(await ran()).toEqual([]);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'LEDGER_EDITED' });
  });
});

it('a contract that is edited with its hash is compiled anew from the catalogue', async () => {
  const path = await file();
  await interrupted(path);
  await edit(edits['the expression of a check'] ?? ['', null]);
  await pipeline.run(`update landfall.loads set contract_hash = 'of the attacker' where (outcome = 'FAILED')`);
  const report = await pipeline.load(path, into);
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1, updated: 1, rejected: 1 } });
  expect(await ran()).toEqual([]);
});

it('a request that is edited to mean another table is refused, whatever that table would run', async () => {
  await pipeline.run(`
    create table evil.trap (id integer primary key, name text, sku text, price text, no text);
    create function evil.sprung() returns trigger language plpgsql as $$
      begin perform evil.run(); return new; end $$;
    create trigger trap before insert on evil.trap for each row execute function evil.sprung()`);
  const path = await file();
  pipeline.before = async ({ event }) => {
    if (event['state'] !== 'PlanSlices') return;
    await pipeline.run(`
      update landfall.loads set request = request || '{"into": "evil.trap"}', contract = null, contract_hash = null
      where (outcome is null)`);
  };
  expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'REJECTED', code: 'LEDGER_EDITED' });
  expect(await ran()).toEqual([]);
});
