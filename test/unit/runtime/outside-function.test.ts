import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LoadRejected } from '../../../functions/protocol/errors.ts';
import { handler as fetch } from '../../../functions/fetch/handler.ts';
import { handler as migrate } from '../../../functions/migrate/handler.ts';
import { handler as operate } from '../../../functions/operate/handler.ts';
import { handler as recorder } from '../../../functions/recorder/handler.ts';
import { handler as sweep } from '../../../functions/sweep/handler.ts';
import { outsideFunction } from '../../../functions/runtime/outside-function.ts';

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 900_000 };

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      lines.push(JSON.parse(String(line)) as Record<string, unknown>);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const failing = (thrown: Error) =>
  outsideFunction({
    name: 'migrate',
    run: async () => {
      throw thrown;
    },
    logged: () => ({}),
  });

describe('a function outside the path', () => {
  test('logs that it began, and that it ended with what its answer may say', async () => {
    const handler = outsideFunction({
      name: 'sweep',
      ids: ({ dataset }) => ({ dataset }),
      run: () => Promise.resolve({ started: 3, rows: ['secret'] }),
      logged: ({ started }) => ({ started }),
    });
    expect(await handler({ dataset: 'orders' }, context)).toEqual({ started: 3, rows: ['secret'] });
    const ids = { functionName: 'sweep', requestId: 'request-1', dataset: 'orders' };
    expect(lines).toMatchObject([
      { ...ids, level: 'INFO', message: 'function begun' },
      { ...ids, level: 'INFO', message: 'function done', started: 3, milliseconds: expect.any(Number) },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('logs a failure by name, code and words, which are printable and hold no secret', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://me:canary-password@db/x');
    const words = 'no \u202ename at postgres://me:canary-password@db/x';
    await expect(failing(new LoadRejected('DATASET_INVALID', words))({}, context)).rejects.toThrow('no');
    expect(lines[1]).toMatchObject({
      level: 'ERROR',
      message: 'function failed',
      error: 'LoadRejected',
      code: 'DATASET_INVALID',
    });
    expect(JSON.stringify(lines)).not.toContain('canary-password');
  });

  test('throws and logs no value that an error of the database names', async () => {
    const unread = Object.assign(new Error('invalid input syntax for type integer: "canary"'), {
      name: 'error',
      code: '22P02',
      severity: 'ERROR',
      detail: 'canary',
      column: 'size',
    });
    const thrown: unknown = await failing(unread)({}, context).catch((error: unknown) => error);
    expect(lines[1]).toMatchObject({ message: 'function failed', code: '22P02', column: 'size' });
    expect(JSON.stringify([lines, { ...(thrown as object) }, String(thrown)])).not.toContain('canary');
  });

  test('logs no event that is none: whatever its ids are, they are short texts', async () => {
    const handler = outsideFunction({
      name: 'operate',
      ids: ({ verb }) => ({ verb }),
      run: () => Promise.resolve(1),
      logged: () => ({}),
    });
    await handler({ verb: { rows: ['canary'] } }, context);
    await handler({ verb: 'x'.repeat(10_000) }, context);
    await handler(null, context);
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(Math.max(...lines.map((line) => JSON.stringify(line).length))).toBeLessThan(1_000);
  });
});

test.each([
  ['recorder', recorder, { detail: { executionArn: 'arn:1', status: 'FAILED?' } }, { execution: 'arn:1' }, 'status'],
  ['sweep', sweep, { dataset: 'orders' }, { dataset: 'orders' }, 'scheduledTime'],
  ['operate', operate, { verb: 'list', by: 'ana@laptop' }, { verb: 'list', by: 'ana@laptop' }, 'DATABASE_URL'],
  [
    'fetch',
    fetch,
    { dataset: 'orders', scheduledTime: 'never' },
    { dataset: 'orders', scheduledTime: 'never' },
    'scheduledTime',
  ],
  ['migrate', migrate, {}, {}, 'DATABASE_URL'],
])('the %s logs that it began and why it failed', async (functionName, handler, event, ids, why) => {
  vi.stubEnv('DATABASE_URL', '');
  await expect(handler(event, context)).rejects.toThrow(why);
  const named = { functionName, requestId: 'request-1', ...ids };
  expect(lines).toMatchObject([
    { ...named, message: 'function begun' },
    { ...named, level: 'ERROR', message: 'function failed', error: expect.any(String), words: expect.any(String) },
  ]);
});
