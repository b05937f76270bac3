import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { failureMessage } from '../../functions/words/failure-message.ts';
import { sql } from '../../functions/core/sql.ts';
import { readFailedLoad } from '../../functions/ledger/loads/failed-load.ts';
import { packageFolder } from '../../project/own-package.ts';
import { createPool, type Pool } from '../../localstack/embedded/machine/pool.ts';
import { createRunner } from '../../localstack/embedded/machine/runner.ts';
import { firstOfSteps } from '../../functions/protocol/state-machine.ts';
import { definitionWith, type Pipeline, testPipeline } from '../support/pipeline.ts';

// One cell makes the target's definitions raise an error, of every class and at every place where they run. The record is a
// reject, the good ones go on, and the cell is nowhere but in the ledger and in the rejects file.

vi.setConfig({ testTimeout: 120_000 });

/** Loads of several places run at the same time, each of them some ten calls one after the other. */
const poolSize = 4;

/** Every bad cell, and every error about one, has it. */
const canary = /canary/i;

interface Bad {
  readonly good: string;
  readonly bad: string;
  /** Over the column v, raising for the bad cell. */
  readonly expression: string;
  /** PostgreSQL allows it in an index by itself. */
  readonly isImmutable?: true;
}

/** PostgreSQL's own functions: the SQLSTATE, and a cell that makes one of them raise it. */
const builtIn: Readonly<Record<string, Bad>> = {
  '42601 of a query': { good: 'a & b', bad: 'canary & & b', expression: 'v::tsquery is not null', isImmutable: true },
  '42601 of a path': { good: '$.a', bad: 'canary ?? 1', expression: 'v::jsonpath is not null', isImmutable: true },
  '42601 of a type': { good: 'integer', bad: 'canary (((', expression: 'v::regtype is not null' },
  '42602': { good: 'pg_class', bad: '"canary', expression: 'v::regclass is not null' },
  '42704': { good: 'integer', bad: 'canary', expression: 'v::regtype is not null' },
  '42704 of a setting': { good: 'work_mem', bad: 'canary.x', expression: 'current_setting(v) is not null' },
  '42704 of a zone of text search': { good: 'simple', bad: 'canary', expression: 'v::regconfig is not null' },
  '42P01': { good: 'pg_class', bad: 'canary', expression: 'v::regclass is not null' },
  '42883': { good: 'now()', bad: 'canary()', expression: 'v::regprocedure is not null' },
  '3F000': { good: 'pg_class', bad: 'canary.x', expression: 'v::regclass is not null' },
  '0A000': { good: 'pg_class', bad: 'canary.a.b', expression: 'v::regclass is not null' },
  '54000': { good: 'a', bad: `canary${'y'.repeat(3000)}`, expression: 'v::tsquery is not null', isImmutable: true },
  '2201B': { good: 'a', bad: 'canary(', expression: `'x' !~ v`, isImmutable: true },
  '22P02': { good: '10.0.0.1', bad: 'canary', expression: 'v::inet is not null', isImmutable: true },
  '22007': { good: '2024-01-01', bad: 'canary', expression: 'v::date is not null' },
  '22023 of a zone': { good: 'UTC', bad: 'canary', expression: `timezone(v, '2024-01-01'::timestamp) is not null` },
  '2200N': { good: '<a/>', bad: '<canary', expression: 'v::xml is not null' },
  '22012': { good: 'a', bad: 'canary', expression: '1 / (length(v) - 6) is not null', isImmutable: true },
};

/** Raised by a function of the owner's, with the cell in its words, detail and hint. */
const raised = [
  '42P01',
  '42883',
  '42501',
  '42703',
  '42601',
  '3F000',
  '0A000',
  '21000',
  '23505',
  '23514',
  '23503',
  '22023',
  '2F003',
  '34000',
  '38000',
  '54001',
  '55000',
  'P0001',
  'P0004',
  'XX000',
  '99001',
];

const own: Readonly<Record<string, Bad>> = {
  ...Object.fromEntries(
    raised.map((state): [string, Bad] => [
      `${state} raised`,
      { good: state, bad: `canary ${state}`, expression: 'public.sing(v)' },
    ]),
  ),
  'a table named by the cell': { good: 'pg_class', bad: 'canary', expression: 'public.reads(v)' },
  'an assertion': { good: 'fine', bad: 'canary', expression: 'public.asserts(v)' },
  'a function that does not exist for it': { good: 'length', bad: 'canary', expression: 'public.calls(v)' },
};

const functions = `
  create table public.listened (id integer);
  create function public.sing(v text) returns boolean immutable language plpgsql as $$ begin
    if v like 'canary%' then
      raise exception using message = v, detail = v, hint = v, table = v, column = v, constraint = v, errcode = substr(v, 8);
    end if;
    return true;
  end $$;
  create function public.reads(v text) returns boolean immutable language plpgsql as $$
    declare found integer; begin execute format('select 1 from pg_catalog.%I limit 1', v) into found; return true; end $$;
  create function public.asserts(v text) returns boolean immutable language plpgsql as $$
    begin assert v <> 'canary', v; return true; end $$;
  create function public.calls(v text) returns boolean immutable language plpgsql as $$
    declare found text; begin execute format('select pg_catalog.%I(''a'')', v) into found; return true; end $$;
  create function public.any_of(v text) returns boolean immutable language plpgsql as $$ begin return ${anyOf({ ...builtIn, ...own })}; end $$;`;

/** Places where the target evaluates an expression over a cell: DDL of a table t (id, v), and where the record is refused. */
interface Place {
  readonly code: string;
  readonly ddl: (t: string, expression: string) => string;
}

const places: Readonly<Record<string, Place>> = {
  CHECK: { code: 'CHECK_ERROR', ddl: (t, e) => `alter table ${t} add constraint heard check (${e})` },
  domain: {
    code: 'CHECK_ERROR',
    ddl: (t, e) => `
      create domain ${t}_d as text check (${e.replaceAll(/\bv\b/gu, 'value')});
      alter table ${t} alter column v type ${t}_d`,
  },
  'CHECK on a column that no file fills': {
    code: 'TARGET_REFUSED',
    ddl: (t, e) => `alter table ${t} add column w text default 'w', add constraint heard check (${e} and w <> '')`,
  },
  trigger: {
    code: 'TARGET_REFUSED',
    ddl: (t, e) => `
      create function ${t}_f() returns trigger language plpgsql as $$
        declare v text := new.v; begin perform (${e}); return new; end $$;
      create trigger heard before insert or update on ${t} for each row execute function ${t}_f()`,
  },
  'deferred trigger': {
    code: 'TARGET_REFUSED',
    ddl: (t, e) => `
      create function ${t}_f() returns trigger language plpgsql as $$
        declare v text := new.v; begin perform (${e}); return null; end $$;
      create constraint trigger heard after insert or update on ${t} deferrable initially deferred
        for each row execute function ${t}_f()`,
  },
  'generated column': {
    code: 'TARGET_REFUSED',
    ddl: (t, e) => `alter table ${t} add column heard boolean generated always as (${e}) stored`,
  },
  'unique index': { code: 'TARGET_REFUSED', ddl: (t, e) => `create unique index on ${t} (id, (${e}))` },
  'partial index': { code: 'TARGET_REFUSED', ddl: (t, e) => `create index on ${t} (id) where (${e})` },
  'exclusion constraint': {
    code: 'TARGET_REFUSED',
    ddl: (t, e) => `alter table ${t} add exclude ((case when ${e} then id end) with =)`,
  },
};
/** An expression may be here only if it is immutable. */
const immutablePlaces = ['generated column', 'unique index', 'partial index', 'exclusion constraint'];

/** \`name|cell\`: which of the expressions is asked of it. */
function anyOf(cases: Readonly<Record<string, Bad>>): string {
  const whens = Object.entries(cases).map(
    ([name, { expression }]) =>
      `when '${name}' then ${expression.replaceAll(/\bv\b/gu, `substr(v, strpos(v, '|') + 1)`)}`,
  );
  return `case split_part(v, '|', 1) ${whens.join(' ')} end`;
}

let pipeline: Pipeline;
let pool: Pool;
const states: string[] = [];
const mails: string[] = [];
let tables = 0;

beforeAll(async () => {
  pipeline = await testPipeline(functions);
  const env = {
    DATABASE_URL: pipeline.url,
    LANDFALL_REPORTS: pathToFileURL(join(pipeline.directory, 'reports')).href,
    LANDFALL_METRICS: 'on',
  };
  pool = createPool({ size: poolSize, functionsDirectory: join(packageFolder, 'functions'), logFile: logFile(), env });
});
afterAll(async () => {
  await pool.close();
  const log = await readFile(logFile(), 'utf8');
  await pipeline.end();
  expect(log).toContain('"message":"state done"');
  expect(log.split('\n').filter((line) => canary.test(line))).toEqual([]);
  expect(mails.length).toBeGreaterThan(0);
  expect(mails.filter((mail) => canary.test(mail))).toEqual([]);
  expect(states.filter((text) => canary.test(text))).toEqual([]);
});

describe.concurrent.each(Object.entries(places))('a cell on which the %s raises', (place, { ddl, code }) => {
  const immutable = Object.fromEntries(Object.entries(builtIn).filter(([, { isImmutable }]) => isImmutable));
  const expressions = immutablePlaces.includes(place)
    ? { 'public.any_of(v)': { ...builtIn, ...own }, ...bySelf(immutable) }
    : bySelf({ ...builtIn, ...own });

  test.each(Object.entries(expressions))('is a reject, and the good ones go on, %#', async (expression, cases) => {
    const t = await table((name) => ddl(name, expression));
    const bad = Object.entries(cases).map(([name, cell], i) => `${2 * i + 1},${quoted(`${name}|${cell.bad}`)}`);
    const good = Object.entries(cases).map(([name, cell], i) => `${2 * i + 2},${quoted(`${name}|${cell.good}`)}`);
    const lines = ['id,v', ...good.flatMap((line, i) => [bad[i] ?? '', line])];
    for (const dryRun of [true, false]) {
      const { load, rejects } = await loaded(t, lines, { dryRun });
      if (dryRun && code === 'TARGET_REFUSED') {
        expect(load).toMatchObject({ outcome: 'DRY_RUN', rejected: 0 });
      } else {
        expect(rejects.map(({ record_no: n }) => n)).toEqual(bad.map((_, i) => 2 * i + 1));
        expect(load).toMatchObject({ outcome: dryRun ? 'DRY_RUN' : 'LOADED', rejected: bad.length });
        expect(new Set(rejects.map((reject) => reject.code))).toEqual(new Set([code]));
      }
    }
    const { load, rejects } = await loaded(t, [
      'id,v',
      ...good.map((line, i) => `${2 * i + 2},${bad[i]?.slice(bad[i].indexOf(',') + 1) ?? line}`),
    ]);
    expect(load).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED' });
    expect(rejects.length).toBe(bad.length);
  });

  test.each(['42601 of a path', 'a table named by the cell'])(
    'is a reject where it is the only record, SQLSTATE %s',
    async (name) => {
      const { bad, expression } = { ...builtIn, ...own }[name] as Bad;
      const t = await table((it) => {
        const wrapped = `create function ${it}_i(v text) returns boolean immutable language sql return ${expression};`;
        return immutablePlaces.includes(place) ? `${wrapped} ${ddl(it, `${it}_i(v)`)}` : ddl(it, expression);
      });
      const { load, rejects } = await loaded(t, ['id,v', `1,${quoted(bad)}`]);
      expect(load).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED' });
      expect(rejects).toMatchObject([{ record_no: 1, code }]);
    },
  );

  test('is none where no record could be judged: the load is refused', async () => {
    const t = await table(
      (name) =>
        `create function ${name}_gone(v text) returns boolean immutable language plpgsql as $$
         begin perform 1 from public.nowhere; return true; end $$;
       ${ddl(name, `${name}_gone(v)`)}`,
    );
    const { load, rejects } = await loaded(t, ['id,v', '1,canary one', '2,canary two']);
    expect(load).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
    expect(load.message).toContain('relation "public.nowhere" does not exist');
    expect(rejects).toEqual([]);
  });
});

test('a cell that is no value of its type, element, parent or label is a reject', async () => {
  await pipeline.run(`
    create type public.mood as enum ('sad'); create type public.pair as (a integer, b date);
    create table public.parent (name text primary key);
    create domain public.query as text check (value::tsquery is not null);
    create table public.kinds (
      id integer primary key, label public.mood, numbers integer[], days date[], span int4range, both_of public.pair, at timestamptz,
      parent text references public.parent, number numeric(4, 2), address inet, doc jsonb, path jsonpath, query tsquery,
      words tsvector, relation regclass, type regtype, page xml, one uuid, place point, many public.query[]
    )`);
  const [{ names } = { names: [] }] = await pipeline.rows<{ names: string[] }>(sql`
    select array_agg(attname::text order by attnum) as names
    from pg_attribute where (attrelid = 'public.kinds'::regclass) and (attnum > 1)`);
  const lines = names.flatMap((name, i) => {
    const cells = names.map((other) => (other === name ? quoted(name === 'words' ? `'canary` : '{canary & & (') : ''));
    return [`${2 * i + 1},${cells.join(',')}`, `${2 * i + 2},${names.map(() => '').join(',')}`];
  });
  for (const dryRun of [true, false]) {
    const { load, rejects } = await loaded('public.kinds', [`id,${names.join(',')}`, ...lines], { dryRun });
    expect(load).toMatchObject({ outcome: dryRun ? 'DRY_RUN' : 'LOADED', rejected: names.length });
    expect(rejects.map(({ record_no: n }) => n)).toEqual(names.map((_, i) => 2 * i + 1));
  }
});

test('a cell that only the server can be to blame for ends the load, and is told nowhere', async () => {
  for (const expression of ['pg_read_file(v) is not null', 'public.tired(v)']) {
    await pipeline.run(`create or replace function public.tired(v text) returns boolean language plpgsql as $$
      begin raise exception '%', v using errcode = '53100'; end $$`);
    for (const place of ['CHECK', 'trigger', 'CHECK on a column that no file fills']) {
      const t = await table((name) => places[place]?.ddl(name, expression) ?? '');
      const { load } = await loaded(t, ['id,v', '1,canary/none']);
      expect(load).toMatchObject({ outcome: 'FAILED', message: expect.stringMatching(canary) as string });
    }
  }
});

test('rules and policies of the table refuse the load before a record is read', async () => {
  for (const [ddl, code] of [
    ['create rule heard as on insert to T do also select new.v::regclass', 'UNSUPPORTED_TABLE'],
    [
      'alter table T enable row level security; create policy heard on T with check (v::tsquery is not null)',
      'ROW_SECURITY',
    ],
  ] as const) {
    const t = await table((name) => ddl.replaceAll(/\bT\b/gu, name));
    expect((await loaded(t, ['id,v', '1,canary'])).load).toMatchObject({ outcome: 'REJECTED', code });
  }
});

function bySelf(cases: Readonly<Record<string, Bad>>): Readonly<Record<string, Readonly<Record<string, Bad>>>> {
  return { [anyOf(cases)]: cases };
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function logFile(): string {
  return join(pipeline.directory, 'functions.log');
}

async function table(ddl: (name: string) => string): Promise<string> {
  tables += 1;
  const name = `public.t${tables}`;
  await pipeline.run(`create table ${name} (id integer primary key, v text); ${ddl(name)}`);
  return name;
}

interface Loaded {
  readonly load: { outcome: string | null; code: string | null; message: string | null; rejected: number };
  readonly rejects: readonly { record_no: number; code: string; message: string }[];
}

/** Loads the lines, tells the recorder where the execution failed, and keeps all that others could read. */
async function loaded(into: string, lines: readonly string[], request: object = {}): Promise<Loaded> {
  const watched: Pool = {
    ...pool,
    async invoke(call) {
      try {
        const output = await pool.invoke(call);
        states.push(JSON.stringify([call.event, output]));
        return output;
      } catch (error) {
        states.push(JSON.stringify([call.event, String(error), error]));
        throw error;
      }
    },
  };
  const key = await pipeline.file(`${into}.csv`, lines.join('\n'));
  const execution = createRunner({
    pool: watched,
    definition: { ...definitionWith(0.01), StartAt: firstOfSteps },
  }).start({
    bucket: 'file://',
    key,
    into,
    businessKey: ['id'],
    ...request,
  });
  const result = await execution.result;
  states.push(JSON.stringify(result));
  if (result.status === 'FAILED') await record(execution.id, result);
  const [load] = await pipeline.rows<Loaded['load'] & { load_id: number }>(
    sql`select load_id, outcome, code, message, rejected from landfall.loads where (execution = ${execution.id})`,
  );
  if (load === undefined) throw new Error('no load');
  const rejects = await pipeline.rows<Loaded['rejects'][number]>(sql`
    select record_no, reasons->-1->>'code' as code, reasons->-1->>'message' as message
    from landfall.rejects where (load_id = ${load.load_id}) order by record_no`);
  mails.push(await mailOf(load.load_id));
  return { load, rejects };
}

async function record(executionArn: string, { error, cause }: { error: string; cause: string }): Promise<void> {
  const detail = { executionArn, status: 'FAILED', error, cause };
  const event = { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail };
  await pool.invoke({ executionId: 'recorder', functionName: 'recorder', event });
}

async function mailOf(loadId: number): Promise<string> {
  const { subject, text } = failureMessage(await pipeline.connect((db) => readFailedLoad(db, loadId)), 'Landfall');
  return `${subject}\n${text}`;
}
