import type { z } from 'zod';
import { callPatienceSeconds } from '../protocol/database-away.ts';
import { LoadRejected } from '../protocol/errors.ts';
import type { FunctionName } from '../protocol/pipeline.ts';
import { databaseErrorFields } from '../db/errors.ts';
import { executionTail, type Db } from '../db/client.ts';
import { requireFitServer } from '../db/server/fit-server.ts';
import { boundExpressions, type TimeBound } from '../db/time-bound.ts';
import { endEarlierCall, endEarlierCalls } from '../ledger/leases/backends.ts';
import type { CallSession } from '../db/session/call-session.ts';
import type { ObjectStore } from '../objects/store.ts';
import { databaseFor } from './database.ts';
import { readEnv, type Env } from './env.ts';
import { stepLog, type StepLog } from './log.ts';
import { toldFailure } from './step-failure.ts';

/** What a step is given beside its input. */
export interface StepDeps {
  readonly db: Db;
  readonly env: Env;
  readonly log: StepLog;
  /** Milliseconds that are left before the function is ended. */
  readonly millisecondsLeft: () => number;
}

/** What a step is given that reads objects, beside its input. */
export interface RecordDeps extends Omit<StepDeps, 'env'> {
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
}

/** The part of Lambda's context that the steps use. */
export interface LambdaContext {
  readonly awsRequestId: string;
  /** Of a call in which several states run, one after the other (functions/whole/); else each has a connection of its own. */
  readonly session?: CallSession;
  getRemainingTimeInMillis(): number;
}

const patienceMs = callPatienceSeconds * 1_000;
/** 30 s: a connection that nobody answers gives up after so long, and the call has to tell of it before it is ended. */
const reserveMs = 30_000;

type StateHandler = (event: unknown, deps: StepDeps) => Promise<unknown>;

/** States that two executions may run for the same load at once; every other one runs only for the execution that holds the lease. */
const sideBySide: ReadonlySet<string> = new Set([
  'Register',
  'AcquireLease',
  'BeginUndo',
  'RebuildIndexes',
  'Finish',
  'Report',
  'ReportUndone',
]);

/** One state of the machine: its input is parsed at the border, and so is what it answers. */
export function state<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
  run: (input: z.output<Input>, deps: StepDeps) => Promise<z.input<Output>>,
): StateHandler {
  return async (event, deps) => output.parse(await run(input.parse(event), deps));
}

/**
 * Wraps a step's states as a Lambda handler: one connection an invocation, one log line at its end, and errors under
 * the names that the state machine knows. A LoadRejected is recorded in the ledger before it is thrown on.
 */
export function lambdaStep(
  functionName: FunctionName,
  states: Readonly<Record<string, StateHandler>>,
): (event: unknown, context: LambdaContext) => Promise<unknown> {
  return async (event, context) => {
    const ids = idsOf(event);
    const log = stepLog({ functionName, requestId: context.awsRequestId, ...ids });
    const env = readEnv();
    const run = states[ids.state];
    if (run === undefined) throw new Error(`${functionName} has no state "${ids.state}"`);
    const withDb = databaseFor(env.database, applicationNameOf(ids, event), {
      patience: { milliseconds: () => Math.min(patienceMs, context.getRemainingTimeInMillis() - reserveMs) },
      session: context.session,
    });
    const startedAt = performance.now();
    try {
      const output = await withDb(async (db) => {
        requireFitServer(db, env.untried);
        boundExpressions(db, expressionBound(context));
        await endEarlier(db, ids, context.session);
        return await run(event, { db, env, log, millisecondsLeft: () => context.getRemainingTimeInMillis() });
      });
      log.info('state done', {
        milliseconds: Math.round(performance.now() - startedAt),
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
        output,
      });
      return output;
    } catch (error) {
      log.error('state failed', {
        milliseconds: Math.round(performance.now() - startedAt),
        error: error instanceof Error ? error.name : typeof error,
        ...(error instanceof LoadRejected ? { rejectCode: error.code } : databaseErrorFields(error)),
      });
      throw await toldFailure(error, { ...ids, stack: env.stack }, withDb);
    }
  };
}

/** In a call of several states once, before the first of those that work alone: from then on the attempt has no other session. */
async function endEarlier(db: Db, ids: Ids, session: CallSession | undefined): Promise<void> {
  if (sideBySide.has(ids.state) || session?.endedBefore === ids.attempt) return;
  await (session === undefined ? endEarlierCall(db) : endEarlierCalls(db, ids));
  if (session !== undefined) session.endedBefore = ids.attempt;
}

/**
 * How long one statement may evaluate expressions: all that is left of the call, less what it takes to record the failure. A
 * statement that had half a call (7.5 minutes of 900 s, for 32 MiB that take seconds) is too slow; one that began later and did
 * not end is run again in a call of its own.
 */
function expressionBound(context: LambdaContext): TimeBound {
  const callMs = context.getRemainingTimeInMillis();
  const tellingMs = Math.min(reserveMs, callMs / 10);
  return { milliseconds: () => context.getRemainingTimeInMillis() - tellingMs, enoughMs: callMs / 2 };
}

interface Ids {
  readonly state: string;
  readonly loadId: number;
  readonly attempt: number;
  readonly part: number | null;
}

/** Only for names and log lines: the state's own schema judges the event. */
function idsOf(event: unknown): Ids {
  const fields = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
  const item = (fields['item'] ?? {}) as Record<string, unknown>;
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    state: typeof fields['state'] === 'string' ? fields['state'] : '',
    loadId: number(fields['loadId']) ?? 0,
    attempt: number(fields['attempt']) ?? 0,
    part: number(fields['slice']) ?? number(fields['lane']) ?? number(item['slice']),
  };
}

function applicationNameOf({ loadId, attempt, state: name, part }: Ids, event: unknown): string {
  const { execution } = (event ?? {}) as { readonly execution?: unknown };
  const tail = typeof execution === 'string' ? execution.slice(-executionTail) : null;
  return ['landfall', loadId, attempt, name, part, tail].filter((each) => each !== null).join(':');
}
