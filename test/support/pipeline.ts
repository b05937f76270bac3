import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadReportSchema, type LoadReport } from '../../functions/contract/outcomes.ts';
import { stateMachine } from '../../functions/contract/state-machine.ts';
import type { LoadRequest } from '../../functions/contract/states.ts';
import { type Sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, many, withClient } from '../../functions/db/client.ts';
import { readLoadReport } from '../../functions/ledger/summary.ts';
import type { LambdaContext } from '../../functions/runtime/lambda-step.ts';
import { createRunner, type ExecutionResult, localFunctionArn } from '../../localstack/embedded/runner.ts';
import { testDatabase } from './postgres.ts';

type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;
export type Invocation = { readonly functionName: string; readonly event: Record<string, unknown> };

export interface Pipeline {
  readonly url: string;
  readonly directory: string;
  /** Writes a file into the test's folder; answers its absolute path. */
  file(name: string, content: string | Buffer): Promise<string>;
  /** Runs the real state machine over the real handlers, in this process. */
  load(path: string, request?: Partial<LoadRequest>): Promise<LoadReport>;
  /** The same, answering how the execution ended. */
  execute(request: object): Promise<ExecutionResult>;
  /** Rows of a statement, outside any load. */
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  run(text: string): Promise<void>;
  connect<T>(use: (db: Db) => Promise<T>): Promise<T>;
  /** Called before each invocation; what it throws, the function throws. Null: nothing. */
  before: ((call: Invocation) => Promise<void> | void) | null;
  end(): Promise<void>;
}

/** A database with a ledger, a folder for files and reports, and the real state machine over the real handlers. */
export async function testPipeline(ddl: string): Promise<Pipeline> {
  const database = await testDatabase({ ledger: true });
  const directory = await mkdtemp(join(tmpdir(), 'landfall-pipeline-'));
  const connect = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);
  const pipeline: Pipeline = {
    url: database.url,
    directory,
    before: null,
    async file(name, content) {
      const path = join(directory, name);
      await writeFile(path, content);
      return path;
    },
    execute(request) {
      return runnerFor(pipeline).start(request).result;
    },
    async load(path, request = {}) {
      const result = await pipeline.execute({ bucket: 'file://', key: path, ...request });
      if (result.status !== 'SUCCEEDED') throw new Error(`the execution ended ${JSON.stringify(result)}`);
      const { loadId, outcome } = result.output as { loadId: number; outcome: LoadReport['outcome'] };
      const report = await connect((db) => readLoadReport(db, loadId));
      return loadReportSchema.parse({ ...report, outcome });
    },
    rows: (statement) => connect((db) => many(db, statement)),
    run: (text) => connect(async (db) => void (await many(db, trustedSql(text)))),
    connect,
    async end() {
      await rm(directory, { recursive: true, force: true });
      await database.drop();
    },
  };
  await pipeline.run(ddl);
  return pipeline;
}

const definition = stateMachine(localFunctionArn);

function runnerFor(pipeline: Pipeline): ReturnType<typeof createRunner> {
  const pool = {
    async invoke({ functionName, event }: { functionName: string; event: unknown }) {
      await pipeline.before?.({ functionName, event: event as Record<string, unknown> });
      process.env['DATABASE_URL'] = pipeline.url;
      process.env['LANDFALL_REPORTS'] = pathToFileURL(join(pipeline.directory, 'reports')).href;
      process.env['POWERTOOLS_LOG_LEVEL'] ??= 'SILENT';
      const { handler } = (await import(`../../functions/${functionName}/handler.ts`)) as { handler: Handler };
      const output = await handler(event, { awsRequestId: 'test', getRemainingTimeInMillis: () => 900_000 });
      return JSON.parse(JSON.stringify(output)) as unknown;
    },
    endExecution: () => undefined,
    workers: () => [],
    close: async () => undefined,
  };
  return createRunner({ pool, definition });
}
