import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOAD_REJECTED, STAGING_LOST } from '../../../functions/protocol/errors.ts';
import { firstOfSteps, stateMachine } from '../../../functions/protocol/state-machine.ts';
import { walk } from '../../../functions/whole/walk.ts';
import { InvocationError } from '../../../localstack/embedded/machine/invocation.ts';
import { createRunner, type ExecutionResult, localFunctionArn } from '../../../localstack/embedded/machine/runner.ts';

// the order of states is the definition's: whoever walks it, in one call or as the machine, makes the same calls

type Answer = object | 'LoadRejected' | 'StagingLost';

const of = { loadId: 7, attempt: 1 };
const sealed = { ...of, seal: 'a'.repeat(64) };
const item = (slice: number): object => ({ slice, through: slice, from: null });

/** What each state may answer, the usual first; after a dozen calls of one state only that, so that every course ends. */
const answers: Readonly<Record<string, readonly Answer[]>> = {
  Register: ['proceed', 'proceed', 'finish', 'end', 'wait'].map((decision) => ({
    ...{ ...of, seal: null, decision, waitSeconds: 0 },
  })),
  AcquireLease: ['proceed', 'wait', 'finish', 'end', 'proceed'].map((decision) => ({
    ...{ ...of, seal: null, decision, waitSeconds: 0 },
  })),
  PlanSlices: [
    { ...sealed, slicesAtOnce: 1, stage: [item(0)] },
    { ...sealed, slicesAtOnce: 2, stage: [item(0), item(1)] },
    { ...sealed, slicesAtOnce: 1, stage: [] },
    LOAD_REJECTED,
  ],
  StageSlice: [{ records: 1, bytes: 9 }, LOAD_REJECTED, STAGING_LOST],
  Compose: [
    { ...sealed, slicesAtOnce: 1, stage: [], validate: [0] },
    { ...sealed, slicesAtOnce: 1, stage: [item(0)], validate: [] },
    STAGING_LOST,
  ],
  ValidateSlice: [{ rejected: 0 }, LOAD_REJECTED, STAGING_LOST],
  Transform: [
    { ...sealed, gate: 'merge', lanes: [0] },
    { ...sealed, gate: 'merge', lanes: [0, 1] },
    { ...sealed, gate: 'hold', lanes: [] },
    STAGING_LOST,
  ],
  MergeLane: ['done', 'again', 'govern'].map((decision) => ({
    ...sealed,
    lane: 0,
    lanes: 1,
    decision,
    waitSeconds: 0,
  })),
  Govern: ['merge', 'wait'].map((decision) => ({ ...sealed, lanes: [0], decision, waitSeconds: 0 })),
  Finish: ['report', 'rebuild'].map((decision) => ({ ...sealed, decision, outcome: 'LOADED' })),
  RebuildIndexes: ['done', 'wait'].map((decision) => ({ ...sealed, decision, waitSeconds: 0 })),
  Report: [{ loadId: 7, outcome: 'LOADED', reportPath: null }],
};

/** A function's answers by the choices, one a call; `called` is told of each. */
function functionsWith(choices: readonly number[], called: (event: object) => void): (event: unknown) => object {
  const times = new Map<string, number>();
  let next = 0;
  return (event) => {
    const { state } = event as { state: string };
    called(event as object);
    const before = times.get(state) ?? 0;
    times.set(state, before + 1);
    const possible = answers[state] ?? [];
    const choice = before >= 12 ? 0 : (choices[next++] ?? 0);
    const answer = possible[choice % possible.length] ?? {};
    if (typeof answer === 'string') throw Object.assign(new InvocationError(answer, 'so it was said'));
    return answer;
  };
}

const request = { bucket: 'file://', key: '/a.csv' };
const startedAt = expect.any(String) as string;

interface Ran {
  readonly calls: readonly object[];
  readonly result: ExecutionResult;
  readonly inOneCall: number;
}

/** The machine with such functions; `startAt`: the way of one call, or state by state. `mostInOneCall`: then its time is over. */
async function run(
  choices: readonly number[],
  startAt: string,
  mostInOneCall = Number.POSITIVE_INFINITY,
): Promise<Ran> {
  const calls: object[] = [];
  const answer = functionsWith(choices, (event) =>
    calls.push({ ...event, ...('executionStartedAt' in event && { executionStartedAt: startedAt }) }),
  );
  let inOneCall = 0;
  const invoke = async ({ functionName, event }: { functionName: string; event: unknown }): Promise<unknown> => {
    if (functionName !== 'whole') return answer(event);
    const { execution, executionStartedAt, request: asked } = event as Record<string, string>;
    const { next, input } = await walk(
      stateMachine((name) => name),
      { next: firstOfSteps, input: asked },
      {
        call: async (_name, given) => {
          inOneCall += 1;
          return answer(JSON.parse(JSON.stringify(given)));
        },
        mayGoOn: () => inOneCall < mostInOneCall,
        context: { Execution: { Id: execution, StartTime: executionStartedAt, Input: asked } },
      },
    );
    return { next, input, calls: [] };
  };
  const pool = { invoke, endExecution: () => undefined, workers: () => [], close: async () => undefined };
  const definition = { ...stateMachine(localFunctionArn), StartAt: startAt };
  const result = await createRunner({ pool, definition }).start(request, { name: 'one' }).result;
  return { calls, result, inOneCall };
}

test('a load that nothing keeps from it goes through all its states in one call', async () => {
  const { calls, result, inOneCall } = await run([], 'InOneCall');
  const straight = ['Register', 'AcquireLease', 'PlanSlices', 'StageSlice', 'Compose', 'ValidateSlice', 'Transform'];
  const states = calls.map((call) => (call as { state: string }).state);
  expect(states).toEqual([...straight, 'MergeLane', 'Finish', 'Report']);
  expect(inOneCall).toBe(states.length);
  expect(result).toEqual({ status: 'SUCCEEDED', output: { loadId: 7, outcome: 'LOADED', reportPath: null } });
});

test.each([
  ['waits for its table', [0, 1], 2],
  ['has several slices', [0, 0, 1], 3],
  ['is merged by two lanes', [0, 0, 0, 0, 0, 0, 1], 7],
  ['waits for others as it is merged', [0, 0, 0, 0, 0, 0, 0, 1], 8],
])('one that %s is handed to the machine there', async (_what, choices, most) => {
  const { calls, inOneCall, result } = await run(choices, 'InOneCall');
  expect(inOneCall).toBe(most);
  expect(calls.length).toBeGreaterThan(most);
  expect(result.status).toBe('SUCCEEDED');
});

test('whatever is answered, and wherever its time ends, both ways make the same calls and end alike', async () => {
  const courses = fc.tuple(fc.array(fc.nat(4), { maxLength: 40 }), fc.nat(15));
  await fc.assert(
    fc.asyncProperty(courses, async ([choices, most]) => {
      const byStates = await run(choices, firstOfSteps);
      const inOne = await run(choices, 'InOneCall', most);
      // of items that are worked on at once one that fails ends the others: their order is the machine's own
      expect(inOne.result.status).toBe(byStates.result.status);
      expect(inOne.calls).toEqual(byStates.calls);
      expect(inOne.result).toEqual(byStates.result);
    }),
    { numRuns: 60 },
  );
});

test('a call that fails in the middle, in any way, is gone on with at the first state', async () => {
  let failures = 0;
  const states: string[] = [];
  const usual = functionsWith([], (event) => states.push((event as { state: string }).state));
  const pool = {
    invoke: async ({ functionName, event }: { functionName: string; event: unknown }): Promise<unknown> => {
      if (functionName !== 'whole') return usual(event);
      failures += 1;
      throw new InvocationError('Runtime.ExitError', 'signal: SIGKILL');
    },
    endExecution: () => undefined,
    workers: () => [],
    close: async () => undefined,
  };
  const { result } = createRunner({ pool, definition: stateMachine(localFunctionArn) }).start(request);
  expect(await result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'LOADED' } });
  expect([failures, states[0], states.at(-1)]).toEqual([1, 'Register', 'Report']);
});
