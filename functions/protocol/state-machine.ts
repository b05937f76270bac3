import { databaseAway } from './database-away.ts';
import { LOAD_REJECTED, OTHERS_FIRST, STAGING_LOST, TRY_AGAIN } from './errors.ts';
import type { FunctionName } from './pipeline.ts';

/**
 * The state machine as data (ASL, JSONPath): infra deploys it, the embedded runner executes it.
 * Every Task's Resource is a function, so a state's input is its contract (states.ts): ids, counts and a hash only.
 *
 * Over 250 lines: one machine, and half of them are its retries with their reasons.
 *
 * Technical errors are retried by name and otherwise left uncaught: a FAILED execution always means a technical fault.
 * The two errors that are caught are decisions: a refused load goes to Finish, lost staging back to PlanSlices.
 *
 * How many slices are worked on at once is PlanSlices' answer: one where others use the target, and never more than it is given.
 *
 * `callsAtOnce`: a function may be called so many times at once and no more (landfall:reservedConcurrency). A Map that
 * asked for more would be throttled by its own load, and each refused call costs history, which ends at 25,000 events.
 */
export function stateMachine(
  functionArn: (name: FunctionName) => string,
  callsAtOnce: number | null = null,
): StateMachineDefinition {
  const task = retriedTask(functionArn);
  const ofLanes = callsAtOnce === null ? {} : { MaxConcurrency: callsAtOnce };

  /** A task that may be put off, with no call held. */
  const beside = (...[name, parameters, rest]: Parameters<typeof task>) => {
    const state = task(name, parameters, rest);
    return { ...state, Retry: [...state.Retry, othersFirst] };
  };

  const states = {
    Register: task(
      'extract',
      { state: 'Register', 'execution.$': '$$.Execution.Id', 'request.$': '$$.Execution.Input' },
      { Next: 'Registered' },
    ),
    Registered: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.decision', StringEquals: 'proceed', Next: 'AcquireLease' },
        { Variable: '$.decision', StringEquals: 'wait', Next: 'WaitForSet' },
        { Variable: '$.decision', StringEquals: 'finish', Next: 'Finish' },
      ],
      Default: 'Done',
    },
    WaitForSet: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'InOneCall' },
    AcquireLease: task(
      'extract',
      {
        state: 'AcquireLease',
        ...attemptOf,
        'execution.$': '$$.Execution.Id',
        'executionStartedAt.$': '$$.Execution.StartTime',
      },
      { Next: 'LeaseAcquired', Catch: [refused] },
    ),
    LeaseAcquired: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.decision', StringEquals: 'proceed', Next: 'PlanSlices' },
        { Variable: '$.decision', StringEquals: 'wait', Next: 'WaitForLease' },
        { Variable: '$.decision', StringEquals: 'finish', Next: 'Finish' },
      ],
      Default: 'Done',
    },
    WaitForLease: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'AcquireLease' },
    PlanSlices: task(
      'extract',
      {
        state: 'PlanSlices',
        ...attemptOf,
        slicesAtMost: Math.min(slicesAtOnce, callsAtOnce ?? slicesAtOnce),
      },
      { Next: 'StageSlices', Catch: [refused] },
    ),
    StageSlices: {
      Type: 'Map',
      ItemsPath: '$.stage',
      MaxConcurrencyPath: '$.slicesAtOnce',
      ItemSelector: { ...sealed, 'item.$': '$$.Map.Item.Value' },
      ItemProcessor: inline('StageSlice', {
        StageSlice: beside('stage', { state: 'StageSlice', ...sealed, 'item.$': '$.item' }, { End: true }),
      }),
      ResultPath: null,
      Next: 'Compose',
      Catch: [refused, stagingLost],
    },
    Compose: task(
      'stage',
      { state: 'Compose', ...sealed, 'slicesAtOnce.$': '$.slicesAtOnce' },
      { Next: 'Composed', Catch: [refused, stagingLost] },
    ),
    Composed: {
      Type: 'Choice',
      Choices: [{ Variable: '$.stage[0]', IsPresent: true, Next: 'StageSlices' }],
      Default: 'ValidateSlices',
    },
    ValidateSlices: {
      Type: 'Map',
      ItemsPath: '$.validate',
      MaxConcurrencyPath: '$.slicesAtOnce',
      ItemSelector: { ...sealed, 'slice.$': '$$.Map.Item.Value' },
      ItemProcessor: inline('ValidateSlice', {
        ValidateSlice: task('validate', { state: 'ValidateSlice', ...sealed, 'slice.$': '$.slice' }, { End: true }),
      }),
      ResultPath: null,
      Next: 'Transform',
      Catch: [refused, stagingLost],
    },
    Transform: task('transform', { state: 'Transform', ...sealed }, { Next: 'Gate', Catch: [refused, stagingLost] }),
    Gate: {
      Type: 'Choice',
      Choices: [{ Variable: '$.gate', StringEquals: 'merge', Next: 'MergeBatches' }],
      Default: 'Finish',
    },
    MergeBatches: {
      Type: 'Map',
      ItemsPath: '$.lanes',
      ...ofLanes,
      ItemSelector: { ...sealed, 'lane.$': '$$.Map.Item.Value', 'lanes.$': 'States.ArrayLength($.lanes)' },
      ItemProcessor: inline('MergeLane', {
        MergeLane: task(
          'merge',
          { state: 'MergeLane', ...sealed, 'lane.$': '$.lane', 'lanes.$': '$.lanes' },
          { Next: 'LaneMerged' },
        ),
        LaneMerged: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.decision', StringEquals: 'done', Next: 'LaneDone' },
            { Variable: '$.decision', StringEquals: 'govern', Next: 'LaneDone' },
          ],
          Default: 'WaitToMerge',
        },
        WaitToMerge: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'MergeLane' },
        LaneDone: { Type: 'Succeed', OutputPath: '$.decision' },
      }),
      // over whole results: to LocalStack a path with a wildcard leads to no array where there is one
      ResultSelector: { 'stopped.$': "States.ArrayContains($, 'govern')" },
      ResultPath: '$.merging',
      Next: 'LanesMerged',
      Catch: [refused, stagingLost],
    },
    LanesMerged: {
      Type: 'Choice',
      Choices: [{ Variable: '$.merging.stopped', BooleanEquals: false, Next: 'Finish' }],
      Default: 'Govern',
    },
    Govern: task(
      'merge',
      { state: 'Govern', ...sealed, 'lanes.$': 'States.ArrayLength($.lanes)' },
      { Next: 'Governed', Catch: [refused, stagingLost] },
    ),
    Governed: {
      Type: 'Choice',
      Choices: [{ Variable: '$.decision', StringEquals: 'merge', Next: 'MergeBatches' }],
      Default: 'WaitForOthers',
    },
    WaitForOthers: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Govern' },
    Finish: task('merge', { state: 'Finish', ...sealed }, { Next: 'Finished' }),
    Finished: {
      Type: 'Choice',
      Choices: [{ Variable: '$.decision', StringEquals: 'rebuild', Next: 'RebuildIndexes' }],
      Default: 'Report',
    },
    RebuildIndexes: task('merge', { state: 'RebuildIndexes', ...sealed }, { Next: 'IndexesRebuilt' }),
    IndexesRebuilt: {
      Type: 'Choice',
      Choices: [{ Variable: '$.decision', StringEquals: 'wait', Next: 'WaitForIndexes' }],
      Default: 'Finish',
    },
    WaitForIndexes: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'RebuildIndexes' },
    Report: task('report', { state: 'Report', ...attemptOf, 'execution.$': '$$.Execution.Id' }, { Next: 'Done' }),
    Done: { Type: 'Succeed' },
  };
  return {
    Comment:
      'Landfall: one object, or several together, into one table. extract, stage, validate, transform, merge, report.',
    StartAt: 'InOneCall',
    States: { ...inOneCall(functionArn('whole'), states), ...states },
  };
}

/** The first state of the steps: what is in the ledger of a load tells it where to go on. */
export const firstOfSteps = 'Register';

/**
 * The way that a small load takes: all of it in one call, which goes through the same states. Where that one ended before the end
 * (it waits, it is large, it takes long) the machine goes on in the state that it names; where it failed under a name that a state is
 * tried again for, at the beginning, from the last receipt. What fails a state for good fails the execution here too: a load that
 * somebody took the table from is not begun again by the one that lost it.
 */
function inOneCall(
  resource: string,
  states: Readonly<Record<string, { readonly Type: unknown }>>,
): Record<string, Readonly<Record<string, unknown>>> {
  // a choice and the end are where a call has gone on by itself
  const entered = Object.entries(states).filter(([, { Type }]) => Type !== 'Choice' && Type !== 'Succeed');
  return {
    InOneCall: {
      Type: 'Task',
      Resource: resource,
      Parameters: {
        state: 'InOneCall',
        'execution.$': '$$.Execution.Id',
        'executionStartedAt.$': '$$.Execution.StartTime',
        'request.$': '$$.Execution.Input',
      },
      TimeoutSeconds: taskTimeoutSeconds,
      Retry: [functionBusy, functionFull, functionAsleep],
      Catch: [{ ErrorEquals: goesOn, ResultPath: null, Next: firstOfSteps }],
      Next: 'GoOn',
    },
    GoOn: {
      Type: 'Choice',
      OutputPath: '$.input',
      Choices: entered.map(([name]) => ({ Variable: '$.next', StringEquals: name, Next: name })),
      Default: 'Done',
    },
  };
}

/** Makes tasks of functions, each retried by the names of technical errors. */
export function retriedTask(functionArn: (name: FunctionName) => string) {
  return (name: FunctionName, parameters: Record<string, unknown>, rest: Record<string, unknown>) => ({
    Type: 'Task',
    Resource: functionArn(name),
    Parameters: parameters,
    TimeoutSeconds: taskTimeoutSeconds,
    Retry: [tryAgain, databaseAway, functionEnded, functionTimedOut, functionBusy, functionFull, functionAsleep],
    ...rest,
  });
}

/** Step Functions ends an execution whose history grows longer. */
export const historyEventsAtMost = 25_000;

/** Of one look at a lease that another load holds: WaitForLease (2), AcquireLease (5), LeaseAcquired (2); of one at others: WaitForOthers, Govern, Governed. */
export const eventsOfLook = 9;

/**
 * The most history events of a load that waits for nothing: every slice staged one and a half times and judged
 * once (17.5), a tenth of them retried (0.3), 16 lanes of 20 calls (2 912), the database away for as
 * long as it may be (8 calls of 10 tries, 240), the other states. A test counts them in the definition.
 */
export function eventsOfLoad(slices: number): number {
  return 3_300 + Math.ceil(17.8 * slices);
}

/** Of lanes that stop and begin anew: MergeBatches (4, and 2 a lane), MergeLane, LaneMerged and LaneDone (9 a lane), LanesMerged (2), Govern (5), Governed (2). */
export function eventsOfRound(lanes: number): number {
  return 13 + 11 * lanes;
}

/**
 * What waiting for others may cost: what is left beside a load of so many slices that goes as wrong as it may and has looked at its
 * lease once a minute for a day (1,440 looks); and 2,400 at least, of the tenth that else stays free.
 */
export function eventsOfGoverning(slices: number): number {
  return Math.max(2_400, 0.9 * historyEventsAtMost - eventsOfLoad(slices) - 1_440 * eventsOfLook);
}

/** As ASL has it; checked by asl-validator in a test. */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const attemptOf = { 'loadId.$': '$.loadId', 'attempt.$': '$.attempt' };
const sealed = { ...attemptOf, 'seal.$': '$.seal' };

/** Lambda's own limit is 900 s; ten more, so that the function's own time-out is what a person reads. */
const taskTimeoutSeconds = 910;

/** Connections to the target at the same time, at most: each slice in work holds one. An inline Map runs at most 40. */
const slicesAtOnce = 8;

/** Waits 1, 2, 4, 8, 16, 30, 30, 30 s at most, each with full jitter: two minutes at most, one on average. */
const tryAgain = {
  ErrorEquals: [TRY_AGAIN],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 30,
  MaxAttempts: 8,
  JitterStrategy: 'FULL',
};

/** Waits 2, 2.6, 3.4, ... 300 s: twenty minutes in nineteen tries, and almost four hours in all. */
const othersFirst = {
  ErrorEquals: [OTHERS_FIRST],
  IntervalSeconds: 2,
  BackoffRate: 1.3,
  MaxDelaySeconds: 300,
  MaxAttempts: 60,
};

/** The function was killed, or ran out of memory: it redoes one slice or one batch. 1, 2, 4, 8 s at most. */
const functionEnded = {
  ErrorEquals: ['Runtime.ExitError', 'Runtime.OutOfMemory', 'Lambda.Unknown'],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 10,
  MaxAttempts: 4,
  JitterStrategy: 'FULL',
};

/**
 * It ran for 15 minutes. Once more: what it waited for may have passed, and what has receipts goes on from them. Not five times: a step that does not
 * fit would not the fifth time either.
 */
const functionTimedOut = {
  ErrorEquals: ['Sandbox.Timedout', 'States.Timeout'],
  IntervalSeconds: 1,
  MaxAttempts: 1,
};

/** Lambda's own transient errors. 1, 2, 4, ... 60 s at most: about five minutes. */
const functionBusy = {
  ErrorEquals: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 10,
  JitterStrategy: 'FULL',
};

/**
 * The account's concurrency or the function's reserve is used up, by other loads: their slices take minutes each.
 * 5, 10, 20, 40, 80, 120 s and so on at most, together 1,955 s, with full jitter half of it: a quarter of an hour.
 */
const functionFull = {
  ErrorEquals: ['Lambda.TooManyRequestsException'],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 120,
  MaxAttempts: 20,
  JitterStrategy: 'FULL',
};

/**
 * A function in a VPC that nobody called for ~14 days wakes up over minutes: 20 tries at 15 s, five minutes. The first call
 * finds it not ready; until its network is there it is pending, and calls are in conflict with that.
 */
const functionAsleep = {
  ErrorEquals: [
    'Lambda.ResourceNotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.ENINotReadyException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
  ],
  IntervalSeconds: 15,
  BackoffRate: 1,
  MaxAttempts: 20,
};

/** Of Lambda itself: no fault of what was called, nor of what it was called with. */
export const serviceErrors: readonly string[] = [functionBusy, functionFull, functionAsleep].flatMap(
  ({ ErrorEquals }) => ErrorEquals,
);

/** Under these names a call of several states has failed that another may go on with. */
const goesOn: readonly string[] = [
  ...[tryAgain, databaseAway, othersFirst, functionEnded, functionTimedOut].flatMap(({ ErrorEquals }) => ErrorEquals),
  STAGING_LOST,
];

const refused = { ErrorEquals: [LOAD_REJECTED], ResultPath: '$.refused', Next: 'Finish' };
const stagingLost = { ErrorEquals: [STAGING_LOST], ResultPath: '$.lost', Next: 'PlanSlices' };

function inline(startAt: string, states: Record<string, unknown>): Record<string, unknown> {
  return { ProcessorConfig: { Mode: 'INLINE' }, StartAt: startAt, States: states };
}
