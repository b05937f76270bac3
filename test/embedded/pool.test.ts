import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPool, type Pool, type PoolOptions } from '../../localstack/embedded/machine/pool.ts';

const functionsDirectory = new URL('../fixtures/handlers/', import.meta.url);
let directory: string;
let pool: Pool;

function open(options: Partial<PoolOptions> = {}): Pool {
  pool = createPool({ size: 2, env: {}, functionsDirectory, logFile: join(directory, 'functions.log'), ...options });
  return pool;
}

/** What a call fails with, as Lambda would name it. */
async function failureOf(functionName: string, event: unknown): Promise<{ name: string; message: string }> {
  return pool.invoke({ executionId: 'e', functionName, event }).then(
    (result) => expect.fail(`it answered ${JSON.stringify(result)}`),
    (error: Error) => ({ name: error.name, message: error.message }),
  );
}

/** A call that never ends, once it runs and Lambda's 15 minutes are over by the pool's clock: however long its process took to start. */
async function failureOfTime(): Promise<{ name: string; message: string }> {
  const file = join(directory, 'hangs');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const failure = failureOf('hang', { file });
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('pid');
  vi.advanceTimersByTime(900_000);
  vi.useRealTimers();
  return await failure;
}

async function logLines(): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(directory, 'functions.log'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'landfall-pool-'));
});

afterEach(async () => {
  vi.useRealTimers();
  await pool.close();
  await rm(directory, { recursive: true });
});

describe('a call', () => {
  test('reaches the handler by name, with the context that Lambda gives', async () => {
    open({ timeLimitMs: 60_000 });
    const answer = await pool.invoke({ executionId: 'e', functionName: 'echo', event: { a: [1, null] } });
    expect(answer).toMatchObject({ event: { a: [1, null] }, functionName: 'echo' });
    const { remainingMs, requestId } = answer as { remainingMs: number; requestId: string };
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(60_000);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('finds its process warm again; two at once use two processes, a third one waits', async () => {
    open();
    const hang = (item: number): Promise<unknown> =>
      pool.invoke({ executionId: 'e', functionName: 'hang', event: { item, ms: 50 } });
    expect(await Promise.all([hang(1), hang(2), hang(3), hang(4)])).toEqual([1, 2, 3, 4].map((item) => ({ item })));
    const pids = new Set<unknown>();
    for (let i = 0; i < 3; i += 1) {
      const { pid } = (await pool.invoke({ executionId: 'e', functionName: 'echo', event: null })) as { pid: number };
      pids.add(pid);
    }
    expect(pids.size).toBe(1);
    const invocations = pool.workers().map((worker) => worker.invocations);
    // which of the two is up first decides how many of the four it gets
    expect(invocations).toHaveLength(2);
    expect(Math.min(...invocations)).toBeGreaterThan(0);
    expect(invocations.reduce((sum, each) => sum + each, 0)).toBe(7);
  });

  test('gets the environment it is given and how memory is given back, and nothing else', async () => {
    open({ env: { DATABASE_URL: 'postgres://nowhere' } });
    const names = (await pool.invoke({ executionId: 'e', functionName: 'environment', event: null })) as string[];
    // the channel to the parent is taken out of the environment by Node itself
    expect(names).toEqual(['DATABASE_URL', 'MALLOC_MMAP_THRESHOLD_']);
  });

  test('finds its function loaded where that was asked for, and a broken one does not hinder others', async () => {
    const compileCache = join(directory, 'cache');
    open({ size: 1, preload: ['broken', 'echo'], compileCache });
    expect(await pool.invoke({ executionId: 'e', functionName: 'echo', event: 1 })).toMatchObject({ event: 1 });
    expect((await failureOf('broken', null)).name).toBe('Runtime.ImportModuleError');
    expect(await readdir(compileCache)).not.toEqual([]);
  });

  test('tells the peak memory of its process', async () => {
    open({ size: 1 });
    await pool.invoke({ executionId: 'e', functionName: 'echo', event: null });
    const [worker] = pool.workers();
    expect(worker?.peakRssBytes).toBeGreaterThan(20e6);
    expect(worker?.peakRssBytes).toBeLessThan(200e6);
  });
});

describe('a failure has the name that Lambda gives it', () => {
  test.each([
    {
      what: 'a handler throws',
      functionName: 'fail',
      event: { name: 'LoadRejected', message: 'no such table' },
      name: 'LoadRejected',
      message: /^no such table$/,
    },
    {
      what: 'its process exits',
      functionName: 'exit',
      event: { code: 3 },
      name: 'Runtime.ExitError',
      message: /exit status 3/,
    },
    {
      what: 'it is killed',
      functionName: 'flaky',
      event: { file: '/dev/null', times: 1, signal: 'SIGKILL' },
      name: 'Runtime.ExitError',
      message: /signal: SIGKILL/,
    },
    {
      what: 'its result is a circle',
      functionName: 'circular',
      event: { kind: 'circle' },
      name: 'Runtime.MarshalError',
      message: /result of circular is not JSON/,
    },
    {
      what: 'its result holds a bigint',
      functionName: 'circular',
      event: { kind: 'bigint' },
      name: 'Runtime.MarshalError',
      message: /BigInt/,
    },
    {
      what: 'its result is too large',
      functionName: 'large',
      event: { characters: 262_143 },
      name: 'States.DataLimitExceeded',
      message: /the result of large has 262145 bytes/,
    },
    {
      what: 'its input is too large',
      functionName: 'echo',
      event: 'x'.repeat(262_143),
      name: 'States.DataLimitExceeded',
      message: /the input of echo has 262145 bytes/,
    },
    {
      what: 'its module cannot be loaded',
      functionName: 'broken',
      event: null,
      name: 'Runtime.ImportModuleError',
      message: /this module cannot be loaded/,
    },
    {
      what: 'there is no such function',
      functionName: 'nowhere',
      event: null,
      name: 'Runtime.ImportModuleError',
      message: /nowhere/,
    },
    {
      what: 'it exports no handler',
      functionName: 'nohandler',
      event: null,
      name: 'Runtime.HandlerNotFound',
      message: /exports no function named handler/,
    },
  ])('$what: $name', async ({ functionName, event, name, message }) => {
    open({ size: 1 });
    const failure = await failureOf(functionName, event);
    expect(failure).toMatchObject({ name, message: expect.stringMatching(message) as string });
    await goesOn();
  });

  test('it runs out of time: Sandbox.Timedout', async () => {
    open({ size: 1 });
    const message = expect.stringMatching(/^RequestId: \S+ Error: hang ran until its time limit, 2/u) as string;
    expect(await failureOfTime()).toMatchObject({ name: 'Sandbox.Timedout', message });
    await goesOn();
  });

  const goesOn = async (): Promise<void> =>
    expect(await pool.invoke({ executionId: 'e', functionName: 'large', event: { characters: 2 } })).toBe('xx');

  test('it runs out of memory: Runtime.ExitError', async () => {
    open({ size: 1, memoryMb: 40 });
    expect((await failureOf('leak', null)).name).toBe('Runtime.ExitError');
  });

  test('the largest payload passes both ways, nothing returned is null', async () => {
    open({ size: 1 });
    const largest = { executionId: 'e', functionName: 'large', event: { characters: 262_142 } };
    expect(await pool.invoke(largest)).toHaveLength(262_142);
    expect(await pool.invoke({ executionId: 'e', functionName: 'circular', event: { kind: 'nothing' } })).toBeNull();
  });
});

test('an execution that ended runs nothing more, others go on', async () => {
  open();
  const file = join(directory, 'calls');
  const call = (executionId: string, ms?: number): Promise<unknown> =>
    pool.invoke({ executionId, functionName: 'hang', event: { file, item: executionId, ms } });
  const running = [call('ended'), call('other', 600), call('ended')];
  const settled = Promise.allSettled(running);
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('"ended"');
  pool.endExecution('ended');
  const results = await settled;
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  await expect(call('ended')).rejects.toMatchObject({ name: 'ExecutionEnded' });
  expect((await readFile(file, 'utf8')).match(/"ended"/g)).toHaveLength(1);
});

test('log lines of functions, and one line an invocation, are kept in the file', async () => {
  open({ size: 1 });
  await pool.invoke({ executionId: 'e', functionName: 'echo', event: { marker: 'here' } });
  await failureOf('fail', { name: 'TryAgain' });
  await failureOfTime();
  const lines = await logLines();
  expect(lines).toContainEqual({ message: 'echo', marker: 'here' });
  const invocations = lines.filter(({ message }) => message === 'invocation');
  expect(invocations.map(({ functionName, errorType }) => [functionName, errorType])).toEqual([
    ['echo', undefined],
    ['fail', 'TryAgain'],
    ['hang', 'Sandbox.Timedout'],
  ]);
  expect(invocations[1]?.['trace']).toEqual(expect.arrayContaining([expect.stringContaining('handler.ts')]));
});

test('close ends running and waiting calls, and every process', async () => {
  open({ size: 1 });
  const calls = Promise.allSettled(
    [1, 2].map(() => pool.invoke({ executionId: 'e', functionName: 'hang', event: {} })),
  );
  const pids = pool.workers().map(({ pid }) => pid);
  await pool.close();
  expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
