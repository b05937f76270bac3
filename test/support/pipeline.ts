import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { loadReportSchema, type LoadReport } from '../../functions/protocol/outcomes.ts';
import { stateMachine } from '../../functions/protocol/state-machine.ts';
import { undoMachine } from '../../functions/protocol/undo/undo-machine.ts';
import { type Step, steps } from '../../functions/protocol/pipeline.ts';
import { inOneCallInput, type LoadRequest } from '../../functions/protocol/states.ts';
import { inOneCall } from '../../functions/whole/in-one-call.ts';
import { type Sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, withClient } from '../../functions/db/client.ts';
import { keepSessions } from '../../functions/db/session/kept-sessions.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import type { LambdaContext } from '../../functions/runtime/lambda-step.ts';
import {
  createRunner,
  type Execution,
  type ExecutionResult,
  localFunctionArn,
} from '../../localstack/embedded/machine/runner.ts';
import { testDatabase, type TestDatabase } from './postgres.ts';
import { datasetsFileIn } from './sample-datasets.ts';

type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;
export type Invocation = { readonly functionName: string; readonly event: Record<string, unknown> };

type Ended = Pick<LoadReport, 'outcome' | 'code' | 'message'> & { readonly loadId: number | null };

type Environment = Readonly<Record<string, string>>;

export interface Pipeline {
  readonly url: string;
  readonly directory: string;
  /** Writes a file into the test's folder; answers its absolute path. */
  file(name: string, content: string | Buffer): Promise<string>;
  /** Runs the real state machine over the real handlers, in this process. */
  load(path: string, request?: Partial<LoadRequest>): Promise<LoadReport>;
  /** The same as an execution that can be aborted. */
  start(request: object): Execution;
  /** The same, answering how the execution ended. */
  execute(request: object): Promise<ExecutionResult>;
  /** Runs the state machine of undos over the same handlers; can be aborted. */
  undo(loadId: number): Execution;
  /** Rows of a statement, outside any load. */
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  run(text: string): Promise<void>;
  connect<T>(use: (db: Db) => Promise<T>): Promise<T>;
  /** Called before each invocation; what it throws, the function throws. Null: nothing. */
  before: ((call: Invocation) => Promise<void> | void) | null;
  /** Once every function that runs has ended, also those of an aborted execution. */
  idle(): Promise<void>;
  end(): Promise<void>;
}

/** As in a worker of one machine, but that states of a load run at once in this process. */
const keptHere = { most: 4, milliseconds: 10_000 };

/** How the functions differ from those of an ordinary test. */
export interface Functions {
  /** Their way to the database; it is given the database's own URL. */
  readonly url?: (database: string) => string;
  /** More of their environment, for all calls or for this one. */
  readonly environment?: Environment | ((call: Invocation) => Environment);
  /** What is left of each call, always; by default 900 s. */
  readonly millisecondsLeft?: (call: Invocation) => number;
  /** Called before and after each state of a load that goes in one call; what it throws, the call throws. */
  readonly within?: (state: string, when: 'before' | 'after') => Promise<void> | void;
  /** Of the waits for a lease, for traffic and before retries, this share. */
  readonly waits?: number;
}

/** A database with a ledger, a folder for files and reports, and the real state machine over the real handlers. */
export async function testPipeline(
  ddl: string,
  functions: Functions = {},
  database: TestDatabase | Promise<TestDatabase> = testDatabase({ ledger: true }),
): Promise<Pipeline> {
  return await pipelineIn(await database, ddl, functions);
}

async function pipelineIn(database: TestDatabase, ddl: string, functions: Functions): Promise<Pipeline> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-pipeline-'));
  datasetsFileIn(directory);
  const connect = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);
  const running = new Set<Promise<unknown>>();
  const startExecution = (request: object): Execution => runnerFor(pipeline, functions, running).start(request);
  keepSessions(keptHere);
  const pipeline: Pipeline = {
    url: database.url,
    directory,
    before: null,
    idle: async () => void (await Promise.allSettled(running)),
    async file(name, content) {
      const path = join(directory, name);
      await writeFile(path, content);
      return path;
    },
    start: startExecution,
    execute: (request) => startExecution(request).result,
    undo: (loadId) =>
      runnerFor(pipeline, functions, running, undoMachine(localFunctionArn)).start({ loadId, attempt: 0 }),
    async load(path, request = {}) {
      const result = await pipeline.execute({ bucket: 'file://', key: path, ...request });
      if (result.status !== 'SUCCEEDED') throw new Error(`the execution ended ${JSON.stringify(result)}`);
      const { loadId, outcome, code, message } = result.output as Ended;
      if (loadId === null) throw new Error(`the execution made no load: ${outcome} ${code}: ${message}`);
      const report = await connect((db) => readLoadReport(db, loadId));
      return loadReportSchema.parse({ ...report, outcome });
    },
    rows: database.rows,
    async run(text) {
      await database.run(trustedSql(text));
      // what a database or a role has set counts for sessions that begin after it
      if (/\balter (?:database|role)\b/iu.test(text)) {
        keepSessions({ ...keptHere, most: 0 });
        keepSessions(keptHere);
      }
    },
    connect,
    async end() {
      await rm(directory, { recursive: true, force: true });
      await database.drop();
    },
  };
  try {
    await pipeline.run(ddl);
    return pipeline;
  } catch (error) {
    await pipeline.end();
    throw error;
  }
}

/** The definition, but for how long its retries wait. */
export function definitionWith(waits: number, machine: object = stateMachine(localFunctionArn)): object {
  const seconds = ['IntervalSeconds', 'MaxDelaySeconds'];
  const text = JSON.stringify(machine, (name, value: unknown) =>
    seconds.includes(name) && typeof value === 'number' ? value * waits : value,
  );
  return JSON.parse(text) as object;
}

/** A Wait takes whole seconds: where a share of them is asked for, the call itself takes so long. */
async function shortened(output: unknown, waits: number): Promise<unknown> {
  if (waits === 1 || typeof output !== 'object' || output === null || !('waitSeconds' in output)) return output;
  await sleep(Number(output.waitSeconds) * 1_000 * waits);
  return { ...output, waitSeconds: 0 };
}

const usual = (): number => 900_000;

async function handlerOf(functionName: string): Promise<Handler> {
  return ((await import(`../../functions/${functionName}/handler.ts`)) as { handler: Handler }).handler;
}

async function wholeWith(within: NonNullable<Functions['within']>): Promise<Handler> {
  const watched = async (step: Step): Promise<[Step, Handler]> => {
    const handler = await handlerOf(step);
    return [
      step,
      async (event, context) => {
        const { state } = event as { state: string };
        await within(state, 'before');
        const output = await handler(event, context);
        await within(state, 'after');
        return output;
      },
    ];
  };
  const handlers = Object.fromEntries(await Promise.all(steps.map(watched))) as Record<Step, Handler>;
  return async (event, context) => await inOneCall(inOneCallInput.parse(event), { handlers, context });
}

function runnerFor(
  pipeline: Pipeline,
  { url, environment = {}, waits = 1, within, millisecondsLeft = usual }: Functions,
  running: Set<Promise<unknown>>,
  machine?: object,
): ReturnType<typeof createRunner> {
  const declared = join(pipeline.directory, 'datasets.json');
  // what a test does between two calls asks for calls: such a load goes the machine's way, every other one the way of one call
  const byCalls = (): boolean =>
    pipeline.before !== null || typeof environment === 'function' || waits !== 1 || millisecondsLeft !== usual;
  const invoke = async (call: Invocation): Promise<unknown> => {
    if (call.functionName === 'whole' && byCalls())
      throw Object.assign(new Error('this test wants every state by itself'), { name: 'Runtime.ExitError' });
    await pipeline.before?.(call);
    const handler =
      call.functionName === 'whole' && within !== undefined
        ? await wholeWith(within)
        : await handlerOf(call.functionName);
    // the handler reads them before it waits for anything, so that calls at the same time may have different ones
    process.env['DATABASE_URL'] = url?.(pipeline.url) ?? pipeline.url;
    process.env['LANDFALL_REPORTS'] = pathToFileURL(join(pipeline.directory, 'reports')).href;
    process.env['LANDFALL_DATASETS'] = declared;
    process.env['POWERTOOLS_LOG_LEVEL'] ??= 'SILENT';
    Object.assign(process.env, typeof environment === 'function' ? environment(call) : environment);
    const output = await handler(call.event, {
      awsRequestId: 'test',
      getRemainingTimeInMillis: () => millisecondsLeft(call),
    });
    return await shortened(JSON.parse(JSON.stringify(output)), waits);
  };
  const pool = {
    async invoke(call: { functionName: string; event: unknown; signal?: AbortSignal }) {
      // as the real pool: a state whose retry was waiting is not called after an abort
      call.signal?.throwIfAborted();
      const invocation = invoke({ ...call, event: call.event as Record<string, unknown> });
      running.add(invocation);
      return await invocation.finally(() => running.delete(invocation));
    },
    endExecution: () => undefined,
    workers: () => [],
    close: async () => undefined,
  };
  return createRunner({ pool, definition: definitionWith(waits, machine) });
}
