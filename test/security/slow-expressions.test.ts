import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeLaneInput } from '../../functions/protocol/states.ts';
import { mergeLane } from '../../functions/merge/merge-lane.ts';
import { storeFor } from '../../functions/objects/store-for.ts';
import { loadCodes } from '../../functions/protocol/load-codes.ts';
import { sql } from '../../functions/core/sql.ts';
import { requirePatterns } from '../../functions/contract/patterns.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { type Db, execute, many, one, transaction, withClient } from '../../functions/db/client.ts';
import { withOwnSettings } from '../../functions/db/meanings.ts';
import { boundExpressions, TooSlow } from '../../functions/db/time-bound.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** Takes minutes over fifty equal letters: each way to share them out is tried. */
const slowPattern = String.raw`^(a*)(a*)(a*)(a*)(a*)(a*)(a*)(a*)b\1\2\3\4\5\6\7\8$`;
const hostile = `${'a'.repeat(60)}b${'a'.repeat(59)}`;

describe('an expression that does not end, over the cells of a file', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    // of a call of 4 s the statement has 3.6, where a real one has 870
    const millisecondsLeft = ({ functionName }: { functionName: string }): number =>
      functionName === 'validate' ? 4_000 : 900_000;
    pipeline = await testPipeline('create table public.unused (id integer primary key)', { millisecondsLeft });
  });
  afterEach(() => pipeline.end());

  it.each([
    ['a CHECK', `v text, constraint tail check (v operator(pg_catalog.!~) '${slowPattern}')`, 'the CHECK "tail"'],
    ['a domain', 'v public.tail', 'the domain public.tail of column "v"'],
    ['a function that sleeps', 'v text, constraint slow check (public.slow(v))', 'the CHECK "slow"'],
  ])('of %s refuses the load, says what it was, and is not tried again', async (_, column, named) => {
    await pipeline.run(`
      create domain public.tail as text check (value operator(pg_catalog.!~) '${slowPattern}');
      create function public.slow(v text) returns boolean language plpgsql as $$
        begin perform pg_catalog.pg_sleep(1000); return true; end $$;
      create table public.t (id integer primary key, ${column})`);
    const path = await pipeline.file('a.csv', `id,v\n1,${hostile}\n`);
    const calls: string[] = [];
    pipeline.before = ({ event }) => void calls.push(String(event['state']));
    const startedAt = performance.now();
    const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'] });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: loadCodes.EXPRESSION_TOO_SLOW });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(calls.filter((state) => state === 'ValidateSlice')).toHaveLength(1);
    const [kept] = await pipeline.rows<{ message: string }>(sql`select message from landfall.loads`);
    expect(kept?.message).toContain(named);
    expect(kept?.message).not.toContain(hostile);
  });
});

describe('a trigger that does not end', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key);
      create function public.slow() returns trigger language plpgsql as $$
        begin perform pg_catalog.pg_sleep(1000); return new; end $$;
      create trigger slow before insert on public.t for each row execute function public.slow()`);
  });
  afterEach(() => pipeline.end());

  it('ends its batch, which is not halved and leaves nothing', async () => {
    const path = await pipeline.file('a.csv', `id\n${Array.from({ length: 100 }, (_, i) => i).join('\n')}\n`);
    const ended: unknown[] = [];
    const log = { info: () => undefined, error: () => undefined };
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      const answer = await pipeline.connect(async (db) => {
        boundExpressions(db, { milliseconds: () => 1_500, enoughMs: 1_500 });
        const deps = { db, log, storeFor, millisecondsLeft: () => 900_000 };
        return await mergeLane(mergeLaneInput.parse(event), deps).catch((error: unknown) => error);
      });
      ended.push(answer);
      throw new Error('seen enough');
    };
    const startedAt = performance.now();
    await pipeline.execute({ bucket: 'file://', key: path, into: 'public.t', businessKey: ['id'] });
    await pipeline.idle();
    expect(ended.some((answer) => answer instanceof TooSlow)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await pipeline.rows(sql`select from public.t`)).toEqual([]);
  });
});

describe('the time that a statement of the target has', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase({});
  });
  afterEach(() => database.drop());

  const connected = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);
  const sleeping = (db: Db): Promise<unknown> =>
    transaction(db, {}, () => withOwnSettings(db, () => execute(db, sql`select pg_catalog.pg_sleep(60)`)));

  it('is over: it is too slow, if it had enough', async () => {
    await connected(async (db) => {
      boundExpressions(db, { milliseconds: () => 1_000, enoughMs: 1_000 });
      await expect(sleeping(db)).rejects.toThrow(TooSlow);
      boundExpressions(db, { milliseconds: () => 1_000, enoughMs: 2_000 });
      await expect(sleeping(db)).rejects.toMatchObject({ code: '57014' });
    });
  });

  it('is not over where an administrator cancels it: that is tried again', async () => {
    await connected(async (db) => {
      boundExpressions(db, { milliseconds: () => 30_000, enoughMs: 1_000 });
      const { pid } = await one<{ pid: number }>(db, sql`select pg_catalog.pg_backend_pid() as pid`);
      const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
      const slept = sleeping(db).then(() => null, codeOf);
      await sleep(1_500);
      await connected((other) => many(other, sql`select pg_catalog.pg_cancel_backend(${pid})`));
      expect(await slept).toBe('57014');
    });
  });

  it('is not that of what comes after it', async () => {
    await connected(async (db) => {
      boundExpressions(db, { milliseconds: () => 1_000, enoughMs: 1_000 });
      await transaction(db, {}, async () => {
        await withOwnSettings(db, () => execute(db, sql`select`));
        expect(await one(db, sql`select pg_catalog.current_setting('statement_timeout') as "value"`)).toEqual({
          value: '0',
        });
      });
    });
  });

  it.each([
    ['(((((a{1,99}){1,99}){1,99}){1,99}){1,99})', loadCodes.RULE],
    [`(${Array.from({ length: 1_000 }, (_, i) => `w${i}`).join('|')})+`, null],
  ])('is short for the reading of a pattern: %.40s', async (pattern, code) => {
    const dataset = defineDataset({
      name: 'd',
      prefix: 'd/',
      table: 'public.t',
      key: ['id'],
      format: 'csv',
      columns: { rules: { v: { pattern } } },
    });
    const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
    const read = connected((db) => transaction(db, {}, () => requirePatterns(db, dataset)));
    expect(await read.then(() => null, codeOf)).toBe(code);
  });
});
