import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { operateFunction } from '../../functions/operate/invocation.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type Typed, type } from '../unit/cli/terminal.ts';
import { packageVersion } from '../../project/own-package.ts';
import { datasets } from '../support/sample-datasets.ts';

// The command with --stack, against a server that answers as CloudFormation, Lambda, S3 and SQS do; behind its Lambda is the
// real operate function over a real ledger.

let pipeline: Pipeline;
let server: Server;
let loadId: number;
/** What the account holds; a test changes it. */
let account: {
  outputs: Record<string, string>;
  events: boolean;
  deadLetters: number;
  identity: 'told' | 'refused' | 'silent';
};
const started: unknown[] = [];

beforeAll(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, n integer)');
  const path = await pipeline.file('a.csv', 'id,n\n1,1\n2,x\n');
  loadId = (await pipeline.load(path, { into: 'public.t', businessKey: ['id'] })).loadId ?? 0;
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await pipeline.end();
});
beforeEach(() => {
  const functions = Object.fromEntries(
    ['Operate', 'Migrate', 'Sweep', 'Fetch'].map((name) => [`${name}FunctionName`, `landfall-${name.toLowerCase()}`]),
  );
  const others = {
    LandingBucketName: 'landing',
    ReportsBucketName: 'reports',
    StateMachineArn: 'arn:m',
    TopicArn: 'arn:t',
    MissedEventsQueueUrl: 'https://sqs/1/landfall-dlq',
    Version: packageVersion(),
  };
  account = { outputs: { ...functions, ...others }, events: true, deadLetters: 0, identity: 'told' };
});

const landfall = (...words: readonly string[]): Promise<Typed> => type([...words, '--stack', 'Landfall']);

test.each([['status'], ['list'], ['explain'], ['rejects']])(
  '%s says of a stack what it says of the database',
  async (verb) => {
    const words = verb === 'status' || verb === 'list' ? [verb] : [verb, String(loadId)];
    const there = await landfall(...words);
    const here = await type(words, standIn({ DATABASE_URL: pipeline.url }));
    const plain = ({ code, out, err }: Typed): object => ({
      code,
      err,
      // the database is known by another name, and the next command names the stack
      out: out
        .replaceAll(/^database .*$/gm, 'database')
        .replaceAll(' --stack Landfall', '')
        .replaceAll(/landfall-cli-\w+/g, ''),
    });
    expect(plain(there)).toEqual(plain(here));
    expect(there).toMatchObject({ code: 0, err: '' });
  },
);

test('the next command names the stack too, and --json prints the answer', async () => {
  expect((await landfall('explain', String(loadId))).out).toContain(`rejects ${loadId} --stack Landfall`);
  expect(JSON.parse((await landfall('explain', String(loadId), '--json')).out)).toMatchObject({
    loadId,
    outcome: 'LOADED',
  });
});

test('refusals, wrong input and what cannot be reached are told in words', async () => {
  expect(await landfall('retry', String(loadId))).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing to retry'),
  });
  expect(await landfall('release', 'public.t', '--force')).toMatchObject({ code: 0 });
  expect(await landfall('list', '--limit', '5000')).toMatchObject({ code: 64, err: expect.stringContaining('1000') });
  account.outputs = {};
  expect(await landfall('status')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no output OperateFunctionName'),
  });
  expect(await type(['status', '--stack', 'Nobody'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('no stack Nobody'),
  });
});

test('a stack of another version is asked all the same, and the command says that it is of another', async () => {
  account.outputs['Version'] = '99.1.0';
  const told = 'the stack Landfall runs Landfall 99.1.0, and this command is ';
  expect(await landfall('list')).toMatchObject({ code: 0, err: expect.stringContaining(told) });
  const { out } = await landfall('doctor');
  expect(out).toContain('the stack runs 99.1.0, this command is');
});

test('who asked, and why, reaches the ledger', async () => {
  await landfall('backfill', 'orders/', '--since', '1h', '--reason', 'an event was lost');
  expect(started).toEqual([expect.objectContaining({ bucket: 'landing', key: 'orders/lost.csv', dataset: 'orders' })]);
  const rows = await pipeline.connect((db) =>
    db.query(`select by, why from landfall.operations where verb = 'backfill'`),
  );
  expect(rows.rows).toEqual([{ by: 'arn:aws:iam::123456789012:user/ana', why: 'an event was lost' }]);
});

test('a table is paused and resumed through the stack, and the next command names the stack', async () => {
  const paused = await landfall('pause', 't', '--reason', 'the shop sells out');
  expect(paused).toMatchObject({ code: 0, err: '' });
  expect(paused.out).toContain('resume public.t --stack Landfall lets its loads merge again');
  const status = JSON.parse((await landfall('status', '--json')).out) as { paused: object[] };
  expect(status.paused).toMatchObject([
    { target: 'public.t', by: 'arn:aws:iam::123456789012:user/ana', why: 'the shop sells out' },
  ]);
  expect(await landfall('pause', 'public.tt')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Did you mean "public.t"?'),
  });
  const resumed = await landfall('resume', 'public.t', '--json');
  expect(JSON.parse(resumed.out)).toMatchObject({ target: 'public.t', was: { why: 'the shop sells out' } });
  expect((await landfall('resume', 'public.t')).out).toBe('public.t is not paused: nothing to resume\n');
});

test.each(['refused', 'silent'] as const)('where STS is %s, the machine says who asked', async (identity) => {
  account.identity = identity;
  expect(await landfall('release', 'public.nobody')).toMatchObject({ code: 0 });
  const { rows } = await pipeline.connect((db) =>
    db.query(`select by from landfall.operations order by operation_id desc limit 1`),
  );
  expect(rows).toEqual([{ by: expect.stringMatching(/^.+@.+ \(STS did not tell the ARN: \w+\)$/) }]);
});

test('a function in a VPC that sleeps is said to wake up', async () => {
  Object.assign(account.outputs, { OperateFunctionName: 'asleep' });
  const { code, err } = await landfall('status');
  expect([code, err]).toEqual([1, expect.stringContaining('type the command again in a minute (it is Pending)')]);
});

test('doctor checks the stack and, through it, the database', async () => {
  const well = await landfall('doctor', '--json');
  const { checks } = JSON.parse(well.out) as { checks: { check: string; state: string }[] };
  expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(checks.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['outputs', 'function operate', 'bucket events', 'dead letters', 'ledger', 'ledger rights']),
  );
  expect(well.code).toBe(0);
});

test('doctor says what is wrong with a stack, and what to do', async () => {
  delete account.outputs['FetchFunctionName'];
  Object.assign(account.outputs, { SweepFunctionName: 'gone' });
  Object.assign(account, { events: false, deadLetters: 2 });
  const { code, out } = await landfall('doctor');
  expect(code).toBe(1);
  expect(out.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([
    expect.stringMatching(/^FAILED\s+outputs\s+the stack Landfall lacks FetchFunctionName/),
    expect.stringMatching(/^FAILED\s+function sweep\s+gone cannot be called: ResourceNotFoundException/),
    expect.stringMatching(/^FAILED\s+bucket events\s+landing tells nobody of uploads/),
    expect.stringMatching(/^FAILED\s+dead letters\s+2 in landfall-dlq/),
  ]);
  expect(out).toContain('aws s3api put-bucket-notification-configuration --bucket landing');
  expect(out).toContain("landfall backfill '' --since 14d --stack Landfall");
});

test('doctor says of a database that nobody enters why, and what to look at', async () => {
  const connect = vi.spyOn(pipeline, 'connect').mockRejectedValue(new Error('password authentication failed'));
  try {
    const { code, out } = await landfall('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^FAILED\s+database\s+the operate function cannot check it: .*password authentication failed/m);
    expect(out).toMatch(/^\s+do: .*does the secret hold the login/m);
  } finally {
    connect.mockRestore();
  }
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const send = (status: number, content: string, headers: Record<string, string> = {}): void =>
    void response.writeHead(status, headers).end(content);
  const url = request.url ?? '';
  const invoked = /^\/2015-03-31\/functions\/([\w-]+)\/invocations/.exec(url)?.[1];
  if (invoked !== undefined) return await answerInvoke(invoked, request, body, send);
  if (url.includes('notification')) {
    return send(
      200,
      `<NotificationConfiguration>${account.events ? '<EventBridgeConfiguration/>' : ''}</NotificationConfiguration>`,
    );
  }
  if (request.headers['x-amz-target'] === 'AmazonSQS.GetQueueAttributes') {
    return send(200, JSON.stringify({ Attributes: { ApproximateNumberOfMessages: String(account.deadLetters) } }), {
      'content-type': 'application/x-amz-json-1.0',
    });
  }
  const asked = new URLSearchParams(body);
  if (asked.get('Action') === 'ListStackResources') {
    const queue = `<ResourceType>AWS::SQS::Queue</ResourceType><PhysicalResourceId>https://sqs/1/landfall-dlq</PhysicalResourceId>`;
    return send(
      200,
      result('ListStackResources', `<StackResourceSummaries><member>${queue}</member></StackResourceSummaries>`),
    );
  }
  if (asked.get('Action') === 'GetCallerIdentity') {
    if (account.identity === 'silent') return;
    if (account.identity === 'refused')
      return send(400, '<ErrorResponse><Error><Code>Disabled</Code></Error></ErrorResponse>');
    return send(200, result('GetCallerIdentity', '<Arn>arn:aws:iam::123456789012:user/ana</Arn>'));
  }
  if (asked.get('StackName') !== 'Landfall') {
    const error = `<Error><Code>ValidationError</Code><Message>Stack does not exist</Message></Error>`;
    return send(400, `<ErrorResponse>${error}</ErrorResponse>`);
  }
  const outputs = Object.entries(account.outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return send(
    200,
    result('DescribeStacks', `<Stacks><member><Outputs>${outputs.join('')}</Outputs></member></Stacks>`),
  );
}

function result(action: string, content: string): string {
  return `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`;
}

type Send = (status: number, content: string, headers?: Record<string, string>) => void;

async function answerInvoke(name: string, request: IncomingMessage, body: string, send: Send): Promise<void> {
  if (name === 'gone')
    return send(404, '{"Message":"no such function"}', { 'x-amzn-errortype': 'ResourceNotFoundException' });
  if (name === 'asleep')
    return send(409, '{"message":"it is Pending"}', { 'x-amzn-errortype': 'ResourceConflictException' });
  if (request.headers['x-amz-invocation-type'] === 'DryRun') return send(204, '');
  try {
    return send(
      200,
      JSON.stringify(
        await operateHandler(JSON.parse(body), { awsRequestId: 'test', getRemainingTimeInMillis: () => 120_000 }),
      ),
    );
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    return send(200, JSON.stringify({ errorType, errorMessage, trace: [] }), { 'x-amz-function-error': 'Unhandled' });
  }
}

const operateHandler = operateFunction(async () => ({
  withDatabase: (use) => pipeline.connect(use),
  ledgerOwner: null,
  datasets,
  executions: {
    start: async (request) => `arn:${started.push(request)}`,
    stop: async () => undefined,
    lookAt: async () => ({ isRunning: false, endedAt: null }) as const,
  },
  objects: {
    bucket: 'landing',
    // its loads were of files
    sources: null,
    async *list() {
      const key = 'orders/lost.csv';
      const lastModified = new Date().toISOString();
      yield { bucket: 'landing', key, uploadKey: key, versionId: null, etag: 'e', sizeBytes: 1, lastModified };
    },
  },
}));
