import { causeMessage } from '../../functions/words/cause-message.ts';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stateMachine } from '../../functions/protocol/state-machine.ts';
import { prepareMachine } from '../../localstack/embedded/machine/machine.ts';
import { createPool, type Pool } from '../../localstack/embedded/machine/pool.ts';
import { isGone } from '../../localstack/embedded/server/processes.ts';
import { createRunner, type Execution, localFunctionArn } from '../../localstack/embedded/machine/runner.ts';

let directory: string;
let pool: Pool;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'landfall-runner-'));
  const functionsDirectory = new URL('../fixtures/handlers/', import.meta.url);
  pool = createPool({ size: 2, env: {}, functionsDirectory, timeLimitMs: 20_000 });
});

afterEach(async () => {
  await pool.close();
  await rm(directory, { recursive: true });
});

type State = Record<string, unknown>;

/** A machine of these states, run from the first. */
function start(states: Record<string, State>, input: unknown = {}, name?: string): Execution {
  const definition = { StartAt: Object.keys(states)[0], States: states };
  return createRunner({ pool, definition }).start(input, name === undefined ? {} : { name });
}

function task(functionName: string, rest: State = { End: true }): State {
  return { Type: 'Task', Resource: localFunctionArn(functionName), ...rest };
}

function mapOver(functionName: string, rest: State): State {
  const inner = { StartAt: 'Each', States: { Each: task(functionName) } };
  return { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner }, ...rest };
}

const file = (name = 'calls'): string => join(directory, name);
/** What `hang` noted of its calls. */
const notes = (): { pid: number; item: unknown }[] =>
  (existsSync(file()) ? readFileSync(file(), 'utf8').trim().split('\n') : []).map((line) => JSON.parse(line));
const itemsSeen = (): unknown[] => notes().map(({ item }) => item);
const quickly = { IntervalSeconds: 1, MaxDelaySeconds: 1, JitterStrategy: 'FULL' };

describe('states and their data', () => {
  test('a task gets what its Parameters say, with the execution in the context', async () => {
    const execution = start(
      {
        Call: task('echo', {
          Parameters: {
            'id.$': '$$.Execution.Id',
            'name.$': '$$.Execution.Name',
            'started.$': '$$.Execution.StartTime',
            'request.$': '$',
          },
          ResultSelector: { 'seen.$': '$.event' },
          End: true,
        }),
      },
      { key: 'a.csv', empty: [], nothing: null },
      'one',
    );
    expect(execution.id).toBe('embedded:one');
    expect(await execution.result).toEqual({
      status: 'SUCCEEDED',
      output: {
        seen: {
          id: 'embedded:one',
          name: 'one',
          started: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
          request: { key: 'a.csv', empty: [], nothing: null },
        },
      },
    });
  });

  test('a Map gives each item what ItemSelector says, and its outputs in order', async () => {
    const selector = {
      'load.$': '$.loadId',
      'slice.$': '$$.Map.Item.Value',
      'index.$': '$$.Map.Item.Index',
      'slices.$': 'States.ArrayLength($.slices)',
    };
    const execution = start(
      {
        Each: mapOver('echo', {
          ItemsPath: '$.slices',
          ItemSelector: selector,
          ResultSelector: { 'slices.$': '$[*].event.slice' },
          ResultPath: '$.done',
          End: true,
        }),
      },
      { loadId: 7, slices: [10, 20, 30, 40, 50] },
    );
    expect(await execution.result).toEqual({
      status: 'SUCCEEDED',
      output: { loadId: 7, slices: [10, 20, 30, 40, 50], done: { slices: [10, 20, 30, 40, 50] } },
    });
  });

  test('a Map of nothing, one without selector, and ResultPath null', async () => {
    const states = {
      None: mapOver('echo', { ItemsPath: '$.none', ResultPath: null, Next: 'Plain' }),
      Plain: mapOver('large', { ItemsPath: '$.some', ResultPath: '$.texts', End: true }),
    };
    const execution = start(states, { none: [], some: [{ characters: 1 }, { characters: 3 }] });
    expect(await execution.result).toMatchObject({ status: 'SUCCEEDED', output: { texts: ['x', 'xxx'], none: [] } });
  });

  test.each([
    [1, 1],
    [2, 2],
    [0, 2],
  ])('a Map with %i at its MaxConcurrencyPath works on %i of two items at once', async (atOnce, expected) => {
    const items = [0, 1].map((item) => ({ file: file(), item, ms: 1_500 }));
    const each = mapOver('hang', { ItemsPath: '$.items', MaxConcurrencyPath: '$.atOnce', End: true });
    const { result } = start({ Each: each }, { atOnce, items });
    await expect.poll(itemsSeen).toHaveLength(expected);
    if (expected === 1) expect(itemsSeen()).toEqual([0]);
    expect(await result).toMatchObject({ status: 'SUCCEEDED' });
    expect(itemsSeen()).toHaveLength(2);
  });

  test('a MaxConcurrencyPath that leads to no number fails the execution', async () => {
    const each = mapOver('echo', { ItemsPath: '$.items', MaxConcurrencyPath: '$.atOnce', End: true });
    expect(await start({ Each: each }, { items: [1] }).result).toMatchObject({ error: 'States.Runtime' });
  });

  test('a loop inside a Map item, as merging does it: choice, wait, again', async () => {
    const states = {
      Lanes: {
        Type: 'Map',
        ItemsPath: '$.lanes',
        ItemSelector: { 'file.$': '$$.Map.Item.Value', times: 0 },
        ItemProcessor: {
          StartAt: 'Merge',
          States: {
            Merge: task('flaky', { ResultPath: '$.result', Next: 'Merged' }),
            Merged: {
              Type: 'Choice',
              Choices: [{ Variable: '$.result.calls', NumericGreaterThan: 2, Next: 'Done' }],
              Default: 'Pause',
            },
            Pause: { Type: 'Wait', Seconds: 0, Next: 'Merge' },
            Done: { Type: 'Succeed' },
          },
        },
        ResultSelector: { 'calls.$': '$[*].result.calls' },
        End: true,
      },
    };
    const { result } = start(states, { lanes: [file('a'), file('b')] });
    expect(await result).toEqual({ status: 'SUCCEEDED', output: { calls: [3, 3] } });
  });
});

describe('errors keep their names', () => {
  test('an error that nothing catches fails the execution, with the cause that Lambda writes', async () => {
    const result = await start({ Call: task('fail') }, { name: 'LeaseLost', message: 'taken by load 8' }).result;
    expect(result).toMatchObject({ status: 'FAILED', error: 'LeaseLost' });
    const { cause } = result as { cause: string };
    expect(JSON.parse(cause)).toMatchObject({ errorType: 'LeaseLost', errorMessage: 'taken by load 8' });
    expect(causeMessage(cause)).toBe('taken by load 8');
    expect(causeMessage('plain')).toBe('plain');
  });

  test('a retrier acts on its literal name, and only so often', async () => {
    const retry = (times: number, name: string): Promise<unknown> =>
      start(
        {
          Call: task('flaky', {
            Retry: [{ ErrorEquals: ['TryAgain'], MaxAttempts: 2, ...quickly }],
            End: true,
          }),
        },
        { file: file(`${name}${times}`), times, name },
      ).result;
    expect(await retry(2, 'TryAgain')).toEqual({ status: 'SUCCEEDED', output: { calls: 3 } });
    expect(await retry(3, 'TryAgain')).toMatchObject({ status: 'FAILED', error: 'TryAgain' });
    expect(await retry(1, 'Other')).toMatchObject({ status: 'FAILED', error: 'Other' });
  });

  test('a killed process is Runtime.ExitError, and retried in another one', async () => {
    const states = {
      Call: task('flaky', { Retry: [{ ErrorEquals: ['Runtime.ExitError'], MaxAttempts: 1, ...quickly }], End: true }),
    };
    const { result } = start(states, { file: file(), times: 1, signal: 'SIGKILL' });
    expect(await result).toEqual({ status: 'SUCCEEDED', output: { calls: 2 } });
  });

  test("a state's own time-out is States.Timeout", async () => {
    const states = {
      Call: task('hang', { TimeoutSeconds: 1, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }], End: true }),
      Late: { Type: 'Succeed' },
    };
    expect(await start(states).result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
  });

  test("the time a call waits for a free process does not count towards the state's time-out", async () => {
    const item = { ...task('hang'), TimeoutSeconds: 2 };
    // both processes up first: that is not what this is about
    await Promise.all([0, 1].map(() => pool.invoke({ executionId: 'w', functionName: 'hang', event: { ms: 100 } })));
    const each = { Type: 'Map', ItemProcessor: { StartAt: 'Each', States: { Each: item } }, End: true };
    const { result } = start(
      { All: each },
      [1, 2, 3, 4, 5, 6].map((n) => ({ item: n, ms: 800 })),
    );
    expect(await result).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('a Map catches by the name its item failed with, and goes on with ResultPath', async () => {
    const states = {
      Stage: mapOver('fail', {
        ItemsPath: '$.items',
        ResultPath: null,
        Catch: [
          { ErrorEquals: ['StagingLost'], ResultPath: '$.lost', Next: 'Wrong' },
          { ErrorEquals: ['LoadRejected'], ResultPath: '$.refused', Next: 'Finish' },
        ],
        Next: 'Wrong',
      }),
      Wrong: { Type: 'Fail', Error: 'Wrong' },
      Finish: task('echo', { ResultSelector: { 'input.$': '$.event' }, End: true }),
    };
    const result = await start(states, { loadId: 3, items: [{ name: 'LoadRejected', message: 'no header' }] }).result;
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { input: { loadId: 3, refused: { Error: 'LoadRejected' } } },
    });
    const { output } = result as { output: { input: { refused: { Cause: string } } } };
    expect(causeMessage(output.input.refused.Cause)).toBe('no header');
  });
});

describe('after a failure nothing more is started', () => {
  const item = (n: number, ms: number): object => ({ file: file(), item: n, ms });
  const slices = (): object[] => [item(0, 50), item(1, 800), { bad: true }, item(3, 50), item(4, 50), item(5, 50)];
  /** hang for items, fail for the one marked bad, after the others have begun. */
  const each = {
    StartAt: 'Which',
    States: {
      Which: { Type: 'Choice', Choices: [{ Variable: '$.bad', IsPresent: true, Next: 'Bad' }], Default: 'Good' },
      Good: task('hang'),
      Bad: task('fail', { Parameters: { name: 'LoadRejected', afterMs: 300 }, End: true }),
    },
  };

  test('a Map starts no further item and ends the running ones, while its Catch goes on', async () => {
    const states = {
      Stage: {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: each,
        ResultPath: null,
        Catch: [{ ErrorEquals: ['LoadRejected'], Next: 'Finish' }],
        Next: 'Finish',
      },
      Finish: task('hang', { Parameters: { ms: 1_500 }, End: true }),
    };
    const { result } = start(states, slices());
    await expect.poll(itemsSeen, { timeout: 5_000 }).toContain(1);
    const { pid } = notes().find((note) => note.item === 1) ?? { pid: 0 };
    let finished = false;
    void result.then(() => (finished = true));
    await expect.poll(() => isGone(pid), { timeout: 5_000 }).toBe(true);
    expect(finished).toBe(false);
    expect(await result).toMatchObject({ status: 'SUCCEEDED' });
    expect(
      itemsSeen()
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 1]);
  });

  test('a failed execution ends what still runs in its name', async () => {
    const states = { Stage: { Type: 'Map', ItemProcessor: each, End: true } };
    const { id, result } = start(states, slices());
    expect(await result).toMatchObject({ status: 'FAILED', error: 'LoadRejected' });
    const call = pool.invoke({ executionId: id, functionName: 'echo', event: null });
    await expect(call).rejects.toMatchObject({ name: 'ExecutionEnded' });
  });

  test('abort ends everything within two seconds, also a waiting state and a waiting retry', async () => {
    const retry = [{ ErrorEquals: ['TryAgain'], IntervalSeconds: 60, MaxAttempts: 5 }];
    const parts = [
      start({ Call: task('hang') }, { file: file() }),
      start({ Pause: { Type: 'Wait', Seconds: 60, End: true } }),
      start({ Call: task('fail', { Retry: retry, End: true }) }, { name: 'TryAgain' }),
    ];
    await expect.poll(() => existsSync(file())).toBe(true);
    const started = performance.now();
    for (const execution of parts) execution.abort();
    for (const { result } of parts) expect(await result).toEqual({ status: 'ABORTED' });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await start({ Call: task('large') }, { characters: 1 }).result).toEqual({
      status: 'SUCCEEDED',
      output: 'x',
    });
  });
});

describe('256 KiB', () => {
  test.each([
    { what: 'the output of a task', states: { Call: task('large') }, input: { characters: 262_143 } },
    { what: 'the input of the first state', states: { Call: task('echo') }, input: 'x'.repeat(262_143) },
    {
      what: 'outputs that a Map collects',
      states: { All: mapOver('large', { End: true }) },
      input: [{ characters: 140_000 }, { characters: 140_000 }],
    },
    {
      what: 'what ResultPath adds up to',
      states: { Call: task('large', { ResultPath: '$.more', Next: 'Done' }), Done: { Type: 'Succeed' } },
      input: { characters: 140_000, text: 'x'.repeat(140_000) },
    },
  ])('$what: States.DataLimitExceeded', async ({ states, input }) => {
    const result = await start(states, input).result;
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

test.each([
  [{ P: { Type: 'Parallel', Branches: [], End: true } }, /state P: .*Parallel/],
  [{ M: mapOver('echo', { ItemBatcher: {}, End: true }) }, /state M: .*ItemBatcher/],
  [
    { T: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } },
    /state T: .*not the ARN of a Lambda/,
  ],
  [{ T: task('echo', { ResultPath: '$', End: true }) }, /state T: .*ResultPath/],
])('what it would run otherwise than Step Functions is refused by name', (states, message) => {
  expect(() => start(states as Record<string, State>)).toThrow(message);
});

test('the definition that infra deploys runs as it is: its states, and its choice on a list that may be empty', async () => {
  const definition = stateMachine(localFunctionArn);
  const { work } = prepareMachine(definition);
  expect(Object.keys(work)).toEqual(expect.arrayContaining(['Register', 'StageSlices', 'Finish', 'Report']));

  const { Composed } = definition.States;
  const ends = {
    StageSlices: { Type: 'Pass', Result: 'again', End: true },
    ValidateSlices: { Type: 'Pass', Result: 'on', End: true },
  };
  const next = (stage: unknown[]): Promise<unknown> =>
    start({ Composed: Composed as State, ...ends }, { stage }).result;
  expect(await next([])).toEqual({ status: 'SUCCEEDED', output: 'on' });
  expect(await next([{ slice: 0, through: 0, from: null }])).toEqual({ status: 'SUCCEEDED', output: 'again' });
});
