import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureMessage } from '../../functions/words/failure-message.ts';
import { sql } from '../../functions/core/sql.ts';
import { readFailedLoad } from '../../functions/ledger/loads/failed-load.ts';
import { packageFolder } from '../../project/own-package.ts';
import { createPool, type Pool } from '../../localstack/embedded/machine/pool.ts';
import { createRunner } from '../../localstack/embedded/machine/runner.ts';
import { firstOfSteps } from '../../functions/protocol/state-machine.ts';
import { definitionWith, type Pipeline, testPipeline } from '../support/pipeline.ts';

// Every cell is a canary, and every refusal and failure gets one. None may sing where more people listen than those who
// may read the file: in logs, metrics, what states are given and answer, how executions end, and what mails say.

const canary = /canary|987654321987/i;
const [name, number] = ['CanaryMarta', '987654321987'];
const head = 'id,name,code,born\n';
const good = `1,Canary One,${number},2024-02-29\n`;

const raising = (body: string): string => `
  create or replace function public.sing() returns trigger language plpgsql as $$ begin ${body}; return new; end $$;
  create or replace trigger sing before insert on public.person for each row execute function public.sing()`;

interface Case {
  readonly file: string | Buffer;
  readonly ddl?: string;
  readonly request?: Readonly<Record<string, unknown>>;
}

const cases: Readonly<Record<string, Case>> = {
  'no header': { file: `7,${name},${number},2024-02-29\n8,Canary,1,\n` },
  'no header and one column': { file: `${name}\n${name} Two\n` },
  'another delimiter': { file: `7;${name};${number}\n` },
  'another delimiter and quotes': { file: `"7";"${name}";"${number}"\n` },
  'an unnamed column': { file: `id,${name},,x\n` },
  'a repeated name': { file: `${name},${name.toUpperCase()}\n` },
  'a lacking column': { file: `name,${name}\n` },
  'a generated column': { file: `id,name,code,Long,${name}\n` },
  'a quote in the header': { file: `id,5" ${name},code\n` },
  'an open quote in the header': { file: `id,"${name}\n${good}` },
  'a NUL in the header': { file: `id,${name}\0\n` },
  'a header in Latin-1': { file: Buffer.from(`id,${name}\xe9\n`, 'latin1') },
  'a header without end': { file: `id,${name} `.repeat(100_000) },
  JSON: { file: `{"${name}": ${number}}\n` },
  'an open quote': { file: `${head}${good}2,"${name},1,\n` },
  'records of other shapes': {
    file: `${head}${good}2,${name}\n3,${name},1,,${number}\n4,5" ${name},1,\n5,"${name}" x,1,\n6,${name}\0,1,\n`,
  },
  'cells that do not convert': {
    file: `${head}${name},${name},${name},${name}\n2,${name},-1,2024-02-30\n${number},,1,\n`,
  },
  'more rejects than allowed': { file: `${head}${name},x,1,\n${good}`, request: { limits: { maxRejects: 0 } } },
  'a dry run': { file: `${head}${name},x,1,\n${good}`, request: { dryRun: true } },
  'a key twice': { file: `${head}11,${name},1,\n11,${name} Two,1,\n` },
  'a second unique index': { file: `${head}12,Canary Unique,1,\n13,Canary Unique,2,\n` },
  'no such parent': { file: `${head.trim()},parent\n14,${name},1,,Canary Parent\n` },
  'a trigger that raises': { file: `${head}15,${name},1,\n`, ddl: raising(`raise exception 'not %', new.name`) },
  'a trigger that raises every field': {
    file: `${head}16,${name},1,\n`,
    ddl: raising(
      `raise exception using message = new.name, detail = new.name, hint = new.name, table = new.name, column = new.name,
        constraint = new.name, datatype = new.name, schema = new.name, errcode = '42P01'`,
    ),
  },
  'a trigger that writes into a table named by a cell': {
    file: `${head}17,${name},1,\n`,
    ddl: raising(`execute format('insert into %I values (1)', new.name)`),
  },
  'a trigger that converts a cell': {
    file: `${head}18,${name},1,\n`,
    ddl: raising('new.code := new.name::integer'),
  },
  'a trigger that asks to try again': {
    file: `${head}19,${name},1,\n`,
    ddl: raising(`raise exception '%', new.name using errcode = '57014'`),
  },
  'a trigger with a class of its own': {
    file: `${head}20,${name},1,\n`,
    ddl: raising(`raise exception '%', new.name using errcode = 'XX000'`),
  },
  'a trigger of the whole statement': {
    file: `${head}21,${name},1,\n22,Canary Two,1,\n`,
    ddl: `${raising('null')};
      create function public.chorus() returns trigger language plpgsql as $$
        begin raise exception 'all of %', (select string_agg(fresh.name, ', ') from fresh) using errcode = 'XX001'; end $$;
      create trigger chorus after insert on public.person referencing new table as fresh
        for each statement execute function public.chorus()`,
  },
};

let pipeline: Pipeline;
let pool: Pool;
/** By case: what its states were given and answered or threw, and how its execution ended. */
const states = new Map<string, string[]>();
/** By case, as the terminal and report.json have it. */
const reported = new Map<string, string>();
const mails: string[] = [];
let log = '';

beforeAll(async () => {
  pipeline = await testPipeline(`
    create table public.parent (name text primary key);
    create table public.person (
      id integer primary key, name text not null, code bigint check (code > 0), born date, parent text references public.parent,
      long integer generated always as (length(name)) stored);
    create unique index person_name on public.person (name) where (name = 'Canary Unique')`);
  const logFile = join(pipeline.directory, 'functions.log');
  const env = {
    DATABASE_URL: pipeline.url,
    LANDFALL_REPORTS: pathToFileURL(join(pipeline.directory, 'reports')).href,
    LANDFALL_METRICS: 'on',
  };
  pool = createPool({ size: 2, functionsDirectory: join(packageFolder, 'functions'), logFile, env });
  for (const of of Object.keys(cases)) await run(of);
  await pool.close();
  log = await readFile(logFile, 'utf8');
}, 240_000);
afterAll(async () => {
  await pool.close();
  await pipeline.end();
});

test('what a file holds is in no log line, metric, state, end of an execution or mail', () => {
  const singing = [...states].flatMap(([of, texts]) =>
    texts.filter((text) => canary.test(text)).map((text) => [of, text]),
  );
  expect(singing).toEqual([]);
  expect(log.split('\n').filter((line) => canary.test(line))).toEqual([]);
  expect(mails.filter((mail) => canary.test(mail))).toEqual([]);
});

test('the search looks where there is something to find', () => {
  expect(log).toContain('"message":"state done"');
  expect(log).toContain('"message":"state failed"');
  expect(log).toContain('"LoadsRejected":1');
  expect(mails.length).toBeGreaterThan(0);
  expect([...states.values()].every((texts) => texts.length > 3)).toBe(true);
});

test('the report says what the log keeps to itself', () => {
  const silent = ['no header', 'another delimiter', 'a lacking column', 'a trigger of the whole statement'].filter(
    (of) => !canary.test(reported.get(of) ?? ''),
  );
  expect(silent).toEqual([]);
  expect([...reported].filter(([, text]) => text === '{}').map(([of]) => of)).toEqual([]);
});

/** Loads the file, tells the recorder where the execution failed, and keeps all that others could read. */
async function run(of: string): Promise<void> {
  const { file, ddl, request = {} } = cases[of] as Case;
  if (ddl !== undefined) await pipeline.run(ddl);
  const texts: string[] = [];
  states.set(of, texts);
  const watched: Pool = {
    ...pool,
    async invoke(call) {
      texts.push(JSON.stringify(call.event));
      try {
        const output = await pool.invoke(call);
        texts.push(JSON.stringify(output));
        return output;
      } catch (error) {
        texts.push(JSON.stringify([String(error), error]));
        throw error;
      }
    },
  };
  const key = await pipeline.file(`${of.replaceAll(' ', '-')}.csv`, file);
  const execution = createRunner({
    pool: watched,
    definition: { ...definitionWith(0.01), StartAt: firstOfSteps },
  }).start({
    bucket: 'file://',
    key,
    into: 'public.person',
    businessKey: ['id'],
    ...request,
  });
  const result = await execution.result;
  texts.push(JSON.stringify(result));
  if (result.status === 'FAILED') await record(execution.id, result);
  const [load] = await pipeline.rows<{ load: object }>(
    sql`select jsonb_build_object('message', message, 'outcome', outcome) as load from landfall.loads order by load_id desc limit 1`,
  );
  reported.set(of, JSON.stringify(load?.load ?? {}));
}

async function record(executionArn: string, { error, cause }: { error: string; cause: string }): Promise<void> {
  const detail = { executionArn, status: 'FAILED', error, cause };
  const event = { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail };
  const recorded = await pool.invoke({ executionId: 'recorder', functionName: 'recorder', event });
  const { loadId } = recorded as { loadId: number };
  const { subject, text } = failureMessage(await pipeline.connect((db) => readFailedLoad(db, loadId)), 'Landfall');
  mails.push(`${subject}\n${text}`);
}
