import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stateMachine } from '../../functions/protocol/state-machine.ts';
import { undoMachine } from '../../functions/protocol/undo/undo-machine.ts';
import type { UndoRequest } from '../../functions/protocol/undo/undo-states.ts';
import type { InOneCall, LoadRequest } from '../../functions/protocol/states.ts';
import { thisOwner } from '../../functions/runtime/owner.ts';
import { compileCacheFolder } from '../../localstack/embedded/server/own-folder.ts';
import { createPool, type Pool } from '../../localstack/embedded/machine/pool.ts';
import {
  createRunner,
  type Execution,
  type ExecutionResult,
  localFunctionArn,
  type Runner,
} from '../../localstack/embedded/machine/runner.ts';
import { noTypedSql, type TypedSql } from '../../functions/contract/typed-sql.ts';
import { packageVersion, sourcesCache } from '../../project/own-package.ts';
import type { Context } from '../context.ts';
import type { Call } from '../telemetry/teller.ts';
import { declaredFile } from './declared-file.ts';
import { reportsOf } from './reports-of.ts';
import { keepTypedSql } from './keep-sql.ts';

/** The state machine and its functions on this machine, for one command. */
export interface Engine {
  /** Gives the functions the project's datasets; to be waited for before a load of one is started. */
  declare(): Promise<void>;
  start(request: LoadRequest): Execution;
  /** Undoes a load: an execution of the other state machine. */
  undo(request: UndoRequest): Execution;
  /** What EventBridge does on AWS: the ledger learns that an execution ended without an outcome. */
  recordEnd(ended: {
    executionId: string;
    request: LoadRequest | UndoRequest;
    result: Exclude<ExecutionResult, { status: 'SUCCEEDED' }>;
  }): Promise<void>;
  /** Calls of functions that this execution has made, in their order; they are forgotten. */
  takeCalls(executionId: string): readonly Call[];
  /** Ends the functions' processes. */
  close(): Promise<void>;
}

/** How the functions' processes differ from those of another command. */
export interface SessionOptions {
  /** One process is enough. */
  readonly small: boolean;
  /** Statements that were typed. */
  readonly typedSql?: TypedSql;
}

/**
 * Starts the functions' processes at once, so that they come up while the command does other things. `small`: one process
 * is enough (a file of one slice), and starting a second would only take the first one's processor time.
 */
export function startEngine(databaseUrl: string, context: Context, options: SessionOptions): Engine {
  const compileCache = sourcesCache ?? compileCacheFolder(context.home);
  const declared = declaredFile(context);
  const pool = createPool({
    size: options.small ? 1 : workersOf(context.env),
    env: { ...functionEnvironment(databaseUrl, context, options), LANDFALL_DATASETS: declared.path },
    logFile: join(context.home, 'functions.log'),
    // while the command still looks for its database, processes load what a call would otherwise wait for
    preload: ['whole'],
    ...(compileCache === null ? {} : { compileCache }),
  });
  const { invoke, takeCalls } = rememberCalls(pool);
  const machine = (definition: object): Runner => createRunner({ pool: { ...pool, invoke }, definition });
  const runner = machine(stateMachine(localFunctionArn));
  return {
    declare: declared.write,
    takeCalls,
    start: (request) => runner.start(request),
    undo: (request) => machine(undoMachine(localFunctionArn)).start(request),
    async recordEnd({ executionId, request, result }) {
      const failure = result.status === 'FAILED' ? { error: result.error, cause: result.cause } : {};
      const detail = { executionArn: executionId, status: result.status, input: JSON.stringify(request), ...failure };
      await pool.invoke({
        executionId: `recorder:${randomUUID()}`,
        functionName: 'recorder',
        event: { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail },
      });
    },
    async close() {
      await pool.close();
      declared.remove();
    },
  };
}

/** 5,000 calls of one execution, some 100 bytes each: more tell nothing that the first ones do not. */
const mostCalls = 5_000;

/** When each call of a function began and ended; of one that has to wait for a process, the waiting too. */
function rememberCalls(pool: Pool): Pick<Pool, 'invoke'> & Pick<Engine, 'takeCalls'> {
  const all = new Map<string, Call[]>();
  const note = (executionId: string, call: Call): void => {
    const calls = all.get(executionId) ?? [];
    if (calls.length < mostCalls) calls.push(call);
    all.set(executionId, calls);
  };
  return {
    async invoke(call) {
      const { executionId, functionName } = call;
      const startedAt = Date.now();
      try {
        const answer = await pool.invoke(call);
        const within =
          functionName === 'whole' ? (answer as InOneCall).calls : [{ functionName, startedAt, endedAt: Date.now() }];
        for (const each of within) note(executionId, { ...each, isWell: true });
        return answer;
      } catch (error) {
        note(executionId, { functionName, startedAt, endedAt: Date.now(), isWell: false });
        throw error;
      }
    },
    takeCalls(executionId) {
      const calls = all.get(executionId) ?? [];
      all.delete(executionId);
      return calls;
    },
  };
}

/** One process a core, between 2 and 8: a slice and a batch each keep one core of the server busy as well. */
function workersOf(env: Context['env']): number {
  const wished = Number(env['LANDFALL_WORKERS']);
  if (Number.isInteger(wished) && wished >= 1 && wished <= 40) return wished;
  return Math.min(8, Math.max(2, availableParallelism()));
}

/** What functions need of the caller's environment: AWS credentials and endpoints, TLS authorities, PostgreSQL's files. */
const handedOn =
  /^(AWS_|PG|SSL_CERT_|NODE_EXTRA_CA_CERTS$|HOME$|PATH$|TMPDIR$|LANDFALL_MERGE_LANES$|LANDFALL_LEDGER_OWNER$|LANDFALL_UNTRIED_POSTGRES$|https?_proxy$|no_proxy$)/i;

function functionEnvironment(
  databaseUrl: string,
  { home, env }: Context,
  { typedSql = noTypedSql }: SessionOptions,
): Record<string, string> {
  const { throttleQuery, rules } = typedSql;
  const typedFolder = keepTypedSql({ home, databaseUrl }, typedSql);
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => handedOn.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(inherited),
    DATABASE_URL: databaseUrl,
    LANDFALL_REPORTS: reportsOf({ home, env }),
    LANDFALL_OWNER: JSON.stringify(thisOwner()),
    LANDFALL_VERSION: packageVersion(),
    ...(throttleQuery !== null && { LANDFALL_THROTTLE_QUERY: throttleQuery }),
    ...(rules !== null && { LANDFALL_TYPED_RULES: rules }),
    ...(typedFolder !== null && { LANDFALL_TYPED_FOLDER: typedFolder }),
  };
}
