import type { z } from 'zod';
import { type Step, steps } from '../protocol/pipeline.ts';
import { firstOfSteps, stateMachine } from '../protocol/state-machine.ts';
import type { inOneCallInput, inOneCallOutput } from '../protocol/states.ts';
import { type CallSession, callSession, endCall, flushCall } from '../db/session/call-session.ts';
import type { LambdaContext } from '../runtime/lambda-step.ts';
import { walk } from './walk.ts';

type Handler = (event: unknown, context: LambdaContext & { readonly session: CallSession }) => Promise<unknown>;

/** What InOneCall needs beside its input. */
export interface WholeDeps {
  readonly handlers: Readonly<Record<Step, Handler>>;
  readonly context: LambdaContext;
}

/** 30 s: a load that takes longer is none of those whose time is that of calls, and the machine has more hands for it. */
const budgetMs = 30_000;

/** 100: a load has ten, and as many more where its staging was lost. */
const toldCalls = 100;

/** The definition with bare names: a walk calls functions in this process. */
const definition = stateMachine((name) => name);

/**
 * The state InOneCall: Register and what follows it, by the same handlers, in the order of the same definition, as far as one call
 * goes. Each state commits what it commits; that it is on disk is waited for once, at the end (docs/adr/0074). What fails is thrown, and
 * the machine begins at Register: it goes on from the last receipt.
 */
export async function inOneCall(
  { execution, executionStartedAt, request }: z.output<typeof inOneCallInput>,
  { handlers, context }: WholeDeps,
): Promise<z.input<typeof inOneCallOutput>> {
  const until = Date.now() + budgetMs;
  const session = callSession();
  const calls: z.input<typeof inOneCallOutput>['calls'] = [];
  const call = async (functionName: string, event: unknown): Promise<unknown> => {
    const startedAt = Date.now();
    const output = await handlers[stepOf(functionName)](event, {
      ...context,
      getRemainingTimeInMillis: () => context.getRemainingTimeInMillis(),
      session,
    });
    if (calls.length < toldCalls) calls.push({ functionName, startedAt, endedAt: Date.now() });
    return output;
  };
  try {
    const { next, input } = await walk(
      definition,
      { next: firstOfSteps, input: request },
      {
        call,
        mayGoOn: () => Date.now() < until,
        context: { Execution: { Id: execution, StartTime: executionStartedAt, Input: request } },
      },
    );
    await flushCall(session);
    return { next, input, calls };
  } finally {
    await endCall(session);
  }
}

function stepOf(functionName: string): Step {
  const step = steps.find((each) => each === functionName);
  if (step === undefined) throw new Error(`${functionName} is no step`);
  return step;
}
