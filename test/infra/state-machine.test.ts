import { existsSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { ZodLiteral, ZodObject } from 'zod';
import { callPatienceSeconds, databaseAway } from '../../functions/protocol/database-away.ts';
import * as errors from '../../functions/protocol/errors.ts';
import { machineFunctions, steps } from '../../functions/protocol/pipeline.ts';
import * as states from '../../functions/protocol/states.ts';
import { functionSizes } from '../../infra/functions/function-sizes.ts';
import { allStates, definition, functionArn, type State, successors } from './support/asl.ts';

const tasks = allStates().filter(({ state }) => state.Type === 'Task');
/** All but the call that does the work of all: where it fails, the states themselves are tried, and tried again. */
const ownTasks = tasks.filter(({ name }) => name !== 'InOneCall');
const caught = allStates()
  .filter(({ name }) => name !== 'InOneCall')
  .flatMap(({ name, state }) => (state.Catch ?? []).map((each) => ({ name, ...each })));
const retried = tasks.flatMap(({ state }) => (state.Retry ?? []).flatMap((each) => each.ErrorEquals));

/** Names that Lambda and Step Functions give to errors that no code of ours throws. */
const namesOfAws = [
  'Lambda.AWSLambdaException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENINotReadyException',
  'Lambda.ResourceConflictException',
  'Lambda.ResourceNotReadyException',
  'Lambda.SdkClientException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
  'States.Timeout',
];
const namesOfOurs: readonly unknown[] = Object.values(errors).filter((value) => typeof value === 'string');

describe('the definition', () => {
  test('is valid Amazon States Language', () => {
    const result = aslValidator(definition());
    expect(result.errorsText('\n')).toBe('');
    expect(result.isValid).toBe(true);
  });

  test('a definition with a lost state is not valid, so the check above looks', () => {
    const { Finish: _lost, ...States } = definition().States;
    expect(aslValidator({ ...definition(), States }).isValid).toBe(false);
  });

  test('calls every step of the pipeline, all of them in one call, and nothing else, and each has a handler', () => {
    const called = new Set(tasks.map(({ state }) => String(state.Resource)));
    expect([...called].toSorted()).toEqual(machineFunctions.map((step) => functionArn(step)).toSorted());
    for (const step of machineFunctions) expect(existsSync(`functions/${step}/handler.ts`), step).toBe(true);
  });

  test('gives each state exactly the fields of its contract', () => {
    const given = Object.fromEntries(
      tasks.map(({ name, state }) => {
        expect(state.Parameters?.['state'], name).toBe(name);
        return [
          name,
          Object.keys(state.Parameters ?? {})
            .map((key) => key.replace(/\.\$$/, ''))
            .toSorted(),
        ];
      }),
    );
    expect(given).toEqual(inputFieldsByState());
  });
});

describe('technical errors', () => {
  test('of a function that ran out of time are tried once more in every state, others several times', () => {
    for (const { name, state } of ownTasks) {
      const attempts = (error: string): readonly unknown[] =>
        (state.Retry ?? []).flatMap((each) => (each.ErrorEquals.includes(error) ? [each.MaxAttempts] : []));
      expect(attempts('States.Timeout'), name).toEqual([1]);
      expect(attempts('Sandbox.Timedout'), name).toEqual([1]);
      expect(attempts('Runtime.ExitError'), name).toEqual([4]);
    }
  });

  test('are retried by names that something really throws, never by States.ALL or States.TaskFailed', () => {
    expect(retried.length).toBeGreaterThan(0);
    expect(retried.filter((name) => !namesOfAws.includes(name) && !namesOfOurs.includes(name))).toEqual([]);
  });

  test('of a killed, slow, throttled or sleeping function are retried in every task', () => {
    for (const { name, state } of ownTasks) {
      const names = (state.Retry ?? []).flatMap((each) => each.ErrorEquals);
      expect(
        namesOfAws.filter((each) => !names.includes(each)),
        name,
      ).toEqual([]);
      expect(names, name).toContain(errors.TRY_AGAIN);
    }
  });

  test('of a full function wait as long as the longest call of another load takes, and half of it is jitter', () => {
    for (const { name, state } of ownTasks) {
      const full = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes('Lambda.TooManyRequestsException'));
      const { IntervalSeconds = 0, BackoffRate = 0, MaxDelaySeconds = 0, MaxAttempts = 0 } = full ?? {};
      const waits = Array.from({ length: MaxAttempts }, (_, tried) =>
        Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** tried),
      );
      expect(waits.reduce((sum, each) => sum + each, 0) / 2, name).toBeGreaterThan(functionSizes.stage.timeoutSeconds);
    }
  });

  test('of a database that is away are waited for: 20 minutes in 99 of 100 cases, whatever jitter does, and 10 in any', () => {
    const { IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts, JitterStrategy } = databaseAway;
    const waits = Array.from({ length: MaxAttempts }, (_, tried) =>
      Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** tried),
    );
    expect(JitterStrategy).toBe('FULL');
    const patience = (MaxAttempts + 1) * callPatienceSeconds;
    expect(patience).toBeGreaterThan(600);
    // a sum of waits, each equally likely between 0 and its most, is all but normal
    const mean = waits.reduce((sum, wait) => sum + wait / 2, patience);
    const deviation = Math.sqrt(waits.reduce((sum, wait) => sum + wait ** 2 / 12, 0));
    expect(mean - 2.33 * deviation).toBeGreaterThan(1_200);
    for (const { name, state } of ownTasks) expect(state.Retry, name).toContainEqual(databaseAway);
  });

  test('of a database that is away leave a call the time to tell of it', () => {
    for (const step of steps)
      expect(functionSizes[step].timeoutSeconds, step).toBeGreaterThan(callPatienceSeconds + 30);
  });

  test('are never caught: what is caught is a decision, and leads on', () => {
    expect(new Set(caught.flatMap((each) => each.ErrorEquals))).toEqual(
      new Set([errors.LOAD_REJECTED, errors.STAGING_LOST]),
    );
    expect(allStates().filter(({ state }) => state.Type === 'Fail')).toEqual([]);
  });

  test('of the one call lead to the first state with the request as it was, where a state is tried again for them', () => {
    const { InOneCall } = definition().States;
    const [catcher, ...more] = InOneCall?.Catch ?? [];
    expect(catcher).toMatchObject({ ResultPath: null, Next: 'Register' });
    expect(more).toEqual([]);
    const names = catcher?.ErrorEquals ?? [];
    // of states that are retried for none of these nobody could go on: what Lambda says of a call that has not begun is retried in place
    const ofStates = retried.filter(
      (name) => !(InOneCall?.Retry ?? []).some((each) => each.ErrorEquals.includes(name)),
    );
    expect(new Set(names)).toEqual(new Set([...ofStates, errors.STAGING_LOST]));
    for (const name of [errors.LEASE_LOST, errors.RECONCILIATION_MISMATCH, errors.LEDGER_UNTRUSTED, 'States.ALL'])
      expect(names).not.toContain(name);
    const retriedThere = (InOneCall?.Retry ?? []).flatMap((each) => each.ErrorEquals);
    // only what Lambda says of a call that has not begun
    expect(retriedThere.filter((name) => !name.startsWith('Lambda.') || name === 'Lambda.Unknown')).toEqual([]);
    expect(retriedThere).toContain('Lambda.TooManyRequestsException');
  });

  test('a decision is never retried', () => {
    expect(retried).not.toContain(errors.LOAD_REJECTED);
    expect(retried).not.toContain(errors.STAGING_LOST);
    expect(retried).not.toContain(errors.RECONCILIATION_MISMATCH);
  });
});

test('one call can hand on to every state that runs or waits, and to the end', () => {
  const top = definition().States;
  const entered = Object.keys(top).filter(
    (name) => !['Choice', 'Succeed'].includes(top[name]?.Type ?? '') && name !== 'InOneCall',
  );
  expect(successors(top['GoOn'] as State).toSorted()).toEqual([...entered, 'Done'].toSorted());
});

test('every way out passes Finish and Report, but for loads that were over before they began', () => {
  const top = definition().States;
  const intoDone = Object.keys(top).filter((name) => successors(top[name] as State).includes('Done'));
  expect(intoDone.toSorted()).toEqual(['GoOn', 'LeaseAcquired', 'Registered', 'Report']);
  const intoReport = Object.keys(top).filter((name) => successors(top[name] as State).includes('Report'));
  // where one call has gone on to
  expect(intoReport).toEqual(['GoOn', 'Finished']);
  const ends = Object.keys(top).filter((name) => top[name]?.End === true || top[name]?.Type === 'Succeed');
  expect(ends).toEqual(['Done']);
});

/** State name to the fields that its input contract demands, from states.ts itself. */
function inputFieldsByState(): Readonly<Record<string, readonly string[]>> {
  const inputs = Object.values(states).flatMap((schema) => {
    const shape: Readonly<Record<string, unknown>> = schema instanceof ZodObject ? schema.shape : {};
    const state = shape['state'];
    return state instanceof ZodLiteral ? [[String(state.value), shape] as const] : [];
  });
  return Object.fromEntries(inputs.map(([state, shape]) => [state, Object.keys(shape).toSorted()]));
}
