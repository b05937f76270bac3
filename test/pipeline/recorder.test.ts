import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { handler } from '../../functions/recorder/handler.ts';
import { type AwsService, startAwsService } from '../support/aws-service.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// The recorder as Lambda runs it: a real ledger, and a topic that is a server of this machine.

const topic = 'arn:aws:sns:eu-central-1:111122223333:landfall';
const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

let service: AwsService;
let pipeline: Pipeline;
beforeAll(async () => {
  service = await startAwsService(() => ({ body: published }));
});
afterAll(() => service.close());
beforeEach(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, name text)', { waits: 0.01 });
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
    ]);
  });

  it('is told again when the event comes again, and the ledger stays as it is', async () => {
    const execution = await failsIn('MergeLane', 'Sandbox.Timedout', 'Task timed out');
    expect(await record(execution)).toEqual({ loadId: 1 });
    const first = await load();
    expect(await record(execution)).toEqual({ loadId: null });
    expect(await load()).toEqual(first);
    expect(told()).toHaveLength(2);
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
      '2 records were read; 1 of 1 batches are merged: 2 rows inserted, 0 updated. They stay, and are not merged again.',
    );
  });

  it('whose counts do not balance is told as that, although its own step recorded it', async () => {
    const execution = await failsIn('Finish', 'ReconciliationMismatch', 'counts', async () => {
      await pipeline.run(
        `update landfall.loads set outcome = 'FAILED', code = 'RECONCILIATION_MISMATCH', message = 'counts', ended_at = now()`,
      );
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
  before: () => Promise<void> = async () => undefined,
): Promise<Ended> {
  const key = await pipeline.file('a.csv', 'id,name\n1,a\n2,b\n');
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

const record = (event: Ended): Promise<{ loadId: number | null }> => handler(event);

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
