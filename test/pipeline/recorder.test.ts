import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { execute } from '../../functions/db/client.ts';
import { insertUndo } from '../../functions/ledger/undos/undos-sql.ts';
import { handler } from '../../functions/recorder/handler.ts';
import { type AwsService, startAwsService } from '../support/aws-service.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// The recorder as Lambda runs it: a real ledger, and a topic that is a server of this machine.

const topic = 'arn:aws:sns:eu-central-1:111122223333:landfall';
const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

let refuses = false;
let service: AwsService;
let pipeline: Pipeline;
beforeAll(async () => {
  service = await startAwsService(() => (refuses ? { error: 'AuthorizationError', status: 403 } : { body: published }));
});
afterAll(() => service.close());
beforeEach(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, name text)', { waits: 0.0005 });
  service.calls.length = 0;
  vi.stubEnv('DATABASE_URL', pipeline.url);
  vi.stubEnv('LANDFALL_TOPIC', topic);
  vi.stubEnv('LANDFALL_STACK', 'Landfall');
  vi.stubEnv('AWS_ENDPOINT_URL', service.connection.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await pipeline.end();
});

describe('an execution that failed', () => {
  it('is in the ledger, counted, and told: what, why, where it stands, what to type', async () => {
    const execution = await failsIn('MergeLane', 'Sandbox.Timedout', 'Task timed out after 900.00 seconds');
    const metrics = await metricsOf(() => record(execution));
    expect(await load()).toMatchObject({ outcome: 'FAILED', code: 'Sandbox.Timedout' });
    expect(metrics).toEqual([expect.objectContaining({ dataset: 'public.t(id)', LoadsFailed: 1, loadId: '1' })]);
    const [{ Subject, Message }] = told();
    expect(Subject).toBe('Landfall: load 1 of public.t(id) failed (Sandbox.Timedout)');
    expect(Message.split('\n\n')).toEqual([
      `Load 1 failed: ${pipeline.directory}/a.csv into public.t (dataset public.t(id)).`,
      'Why: Sandbox.Timedout: Task timed out after 900.00 seconds',
      'Where it stands: 2 records were read; nothing is merged, the target is as it was.',
      'What to do: see what happened: landfall explain 1 --stack Landfall\nonce the cause is gone, go on where it stopped: landfall retry 1 --stack Landfall',
      `Execution: ${execution.detail.executionArn}`,
      'More failures of the same cause within an hour come in one message.',
    ]);
  });

  it('is told once when the event comes again, and the ledger stays as it is', async () => {
    const execution = await failsIn('MergeLane', 'Sandbox.Timedout', 'Task timed out');
    expect(await record(execution)).toEqual({ loadId: 1 });
    const first = await load();
    expect(await record(execution)).toEqual({ loadId: null });
    expect(await load()).toEqual(first);
    expect(told()).toHaveLength(1);
  });

  it('never tells the words of an error that may hold a cell', async () => {
    const execution = await failsIn('Transform', 'error', 'invalid input syntax for type integer: "secret cell"');
    await record(execution);
    const [{ Message }] = told();
    expect(Message).not.toContain('secret cell');
    expect(Message).toContain('Why: error. Its words are in the ledger: landfall explain 1 --stack Landfall');
  });

  it('tells what is merged already', async () => {
    const execution = await failsIn('Finish', 'Runtime.ExitError', 'exit status 137');
    await record(execution);
    expect(told()[0].Message).toContain(
      '2 records were read; 1 of 1 batch is merged: 2 rows inserted, 0 updated. They stay, and are not merged again.',
    );
  });

  it('whose counts do not balance is told as that, although its own step recorded it', async () => {
    const execution = await failsIn('Finish', 'ReconciliationMismatch', 'counts', {
      before: async () => {
        await pipeline.run(
          `update landfall.loads set outcome = 'FAILED', code = 'RECONCILIATION_MISMATCH', message = 'counts', ended_at = now()`,
        );
      },
    });
    const metrics = await metricsOf(() => record(execution));
    expect(metrics).toEqual([expect.objectContaining({ LoadsFailed: 1, ReconciliationMismatch: 1 })]);
    expect(told()[0].Message).toContain('do not load it again before you know why its counts do not balance');
  });

  it('before it claimed a load is told with its object', async () => {
    const execution = await failsIn('Register', 'Runtime.ExitError', 'exit status 1');
    const metrics = await metricsOf(() => record(execution));
    expect(metrics).toEqual([expect.objectContaining({ LoadsFailed: 1 })]);
    expect(metrics[0]).not.toHaveProperty('dataset');
    expect(told()[0].Message).toContain(`before it claimed a load: ${pipeline.directory}/a.csv.`);
  });

  it('because another attempt took over is told to nobody', async () => {
    const execution = await failsIn('Register', 'LeaseLost', 'taken over');
    expect(await metricsOf(() => record(execution))).toEqual([]);
    expect(service.calls).toEqual([]);
  });
});

it('of an undo is told: what, why, where it stands, what to type; once, and not as a failure of the load', async () => {
  const key = await pipeline.file('a.csv', 'id,name\n1,a\n2,b\n');
  const { loadId } = await pipeline.load(key, { into: 'public.t', businessKey: ['id'], undo: true });
  const undo = { by: 'ana@laptop', loadId: loadId ?? 0, why: null };
  await pipeline.connect((db) => execute(db, insertUndo(undo)));
  pipeline.before = async ({ event }) => {
    if (event['state'] === 'UndoRows') throw Object.assign(new Error('exit status 137'), { name: 'Runtime.ExitError' });
  };
  const execution = pipeline.undo(undo.loadId);
  expect((await execution.result).status).toBe('FAILED');
  const input = JSON.stringify({ loadId: undo.loadId, attempt: 0 });
  const failed = { status: 'FAILED', error: 'Runtime.ExitError', cause: 'exit status 137' };
  const detail = { executionArn: execution.id, ...failed, input };
  const event = { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail };
  expect(await metricsOf(() => record(event))).toEqual([]);
  await record(event);
  expect(await load()).toMatchObject({ outcome: 'LOADED' });
  expect(told()).toHaveLength(1);
  const [{ Subject, Message }] = told();
  expect(Subject).toBe('Landfall: the undo of load 1 of public.t(id) failed (Runtime.ExitError)');
  expect(Message.split('\n\n')).toEqual([
    'The undo of load 1 into public.t (dataset public.t(id)) failed; ana@laptop had asked for it.',
    'Why: Runtime.ExitError: exit status 137',
    'Where it stands: 0 rows as before, 0 stay as they are, 2 are still as the load left them. The table is free for other loads.',
    'What to do: once the cause is gone, go on where it stopped: landfall undo 1 --stack Landfall\nsee what became of the rows: landfall undo 1 --kept --stack Landfall',
    `Execution: ${execution.id}`,
  ]);
});

describe('failures of one cause', () => {
  const gathered = async () =>
    await pipeline.rows(
      sql`select cause, about from landfall.told_failures where (told_at is null) order by cause, about`,
    );
  const later = (minutes: number) =>
    pipeline.run(`update landfall.told_failures set failed_at = failed_at - interval '${minutes} minutes',
      told_at = told_at - interval '${minutes} minutes'`);
  const fails = async (name: string, error: string, state = 'Transform') =>
    await record(await failsIn(state, error, 'in words', { name }));

  it('are told at once the first time, and gathered for an hour', async () => {
    for (const name of ['a.csv', 'b.csv', 'c.csv']) await fails(name, 'DatabaseAway');
    expect(told().map(({ Subject }) => Subject)).toEqual(['Landfall: load 1 of public.t(id) failed (DatabaseAway)']);
    expect(await gathered()).toEqual([
      { cause: 'DatabaseAway', about: '2' },
      { cause: 'DatabaseAway', about: '3' },
    ]);
  });

  it('are told at once again after an hour, unless others wait to be told', async () => {
    await fails('a.csv', 'DatabaseAway');
    await later(61);
    await fails('b.csv', 'DatabaseAway');
    expect(told()).toHaveLength(2);
    await fails('c.csv', 'DatabaseAway');
    await later(61);
    await fails('d.csv', 'DatabaseAway');
    expect(told()).toHaveLength(2);
    expect(await gathered()).toHaveLength(2);
  });

  it('are one cause whether or not a load was claimed; other codes are others', async () => {
    await fails('a.csv', 'DatabaseAway');
    await fails('b.csv', 'DatabaseAway', 'Register');
    await fails('c.csv', 'error');
    await fails('d.csv', 'error');
    expect(told()).toHaveLength(2);
    expect(await gathered()).toEqual([
      { cause: 'DatabaseAway', about: expect.stringMatching(/^embedded:/u) },
      { cause: 'error of public.t(id)', about: '3' },
    ]);
  });

  it('whose counts do not balance are always told one by one', async () => {
    await fails('a.csv', 'ReconciliationMismatch');
    await fails('b.csv', 'ReconciliationMismatch');
    expect(told()).toHaveLength(2);
  });

  it('that come at the same moment are one message', async () => {
    const events = [];
    for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv'])
      events.push(await failsIn('Register', 'DatabaseAway', 'in words', { name }));
    await Promise.all(events.map((event) => record(event)));
    expect(told()).toHaveLength(1);
    expect(await gathered()).toHaveLength(3);
  });

  it('of which the first could not be told are told with the next try', async () => {
    const event = await failsIn('Transform', 'DatabaseAway', 'in words');
    refuses = true;
    await expect(record(event)).rejects.toThrow('telling');
    refuses = false;
    service.calls.length = 0;
    await record(event);
    expect(told()).toHaveLength(1);
  });

  it('are each told by a version that finds the ledger of the one before', async () => {
    await pipeline.run('drop table landfall.told_failures');
    for (const name of ['a.csv', 'b.csv']) await fails(name, 'DatabaseAway');
    expect(told()).toHaveLength(2);
  });
});

it('is recorded by a version that finds the ledger of the one before, which has no waiters', async () => {
  const event = await failsIn('Transform', 'Runtime.ExitError', 'exit status 1');
  await pipeline.run('drop table landfall.waiters, landfall.told_failures');
  await record(event);
  expect(await load()).toMatchObject({ outcome: 'FAILED', code: 'Runtime.ExitError' });
  expect(await pipeline.rows(sql`select from landfall.leases`)).toEqual([]);
  expect(told()).toHaveLength(1);
});

it('without a topic the ledger alone learns of it', async () => {
  vi.stubEnv('LANDFALL_TOPIC', '');
  await record(await failsIn('Transform', 'Runtime.ExitError', 'exit status 1'));
  expect(await load()).toMatchObject({ outcome: 'FAILED' });
  expect(service.calls).toEqual([]);
});

interface Ended {
  readonly detail: { readonly executionArn: string; readonly error: string };
}

/** Runs a load whose state fails; answers the event that EventBridge sends. */
async function failsIn(
  state: string,
  error: string,
  cause: string,
  { before = async () => undefined, name = 'a.csv' }: { before?: () => Promise<void>; name?: string } = {},
): Promise<Ended> {
  const key = await pipeline.file(name, 'id,name\n1,a\n2,b\n');
  pipeline.before = async ({ event }) => {
    if (event['state'] !== state) return;
    await before();
    throw Object.assign(new Error(cause), { name: error });
  };
  const request = { bucket: 'file://', key, into: 'public.t', businessKey: ['id'] };
  const execution = pipeline.start(request);
  const { status } = await execution.result;
  expect(status).toBe('FAILED');
  await pipeline.idle();
  const detail = { executionArn: execution.id, status, error, cause, input: JSON.stringify(request) };
  return { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail } as Ended;
}

const record = (event: Ended): Promise<{ loadId: number | null }> =>
  handler(event, { awsRequestId: 'test', getRemainingTimeInMillis: () => 120_000 });

async function load(): Promise<object | undefined> {
  const rows = await pipeline.rows(sql`select outcome, code, message, ended_at from landfall.loads`);
  return rows[0];
}

function told(): [{ Subject: string; Message: string }, ...{ Subject: string; Message: string }[]] {
  const messages = service.calls.map(({ input }) => input as { Subject: string; Message: string });
  const [first, ...rest] = messages;
  if (first === undefined) throw new Error('nothing was told');
  return [first, ...rest];
}

async function metricsOf(run: () => Promise<unknown>): Promise<readonly object[]> {
  vi.stubEnv('LANDFALL_METRICS', 'on');
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  await run();
  vi.mocked(process.stdout.write).mockRestore();
  return written.filter((line) => line.includes('CloudWatchMetrics')).map((line) => JSON.parse(line) as object);
}
