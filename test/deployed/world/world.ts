import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { inject } from 'vitest';
import { type LoadReport, loadReportSchema } from '../../../functions/protocol/outcomes.ts';
import { type Sql, sql, trustedSql } from '../../../functions/core/sql.ts';
import { type Db, many, withClient } from '../../../functions/db/client.ts';
import { readLoadReport } from '../../../functions/ledger/loads/summary.ts';
import { testBuckets } from '../../../localstack/deploy/cdk-context.ts';
import type { Deployment } from '../../../localstack/deploy/outputs.ts';
import { ownConnection } from './account.ts';
import { createBucket, s3At } from './buckets.ts';
import { type Typed, typeCommand } from './command.ts';
import { outputOf } from './outputs.ts';
import { until } from './until.ts';

/** What lies in a bucket now; versionId is null where the bucket keeps none. */
export interface Stored {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly versionId: string | null;
}

/** How an execution of the deployed state machine ended. */
export interface Ended {
  readonly arn: string;
  readonly status: ExecutionStatus;
  readonly output: { readonly loadId: number | null; readonly outcome: string | null } | null;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** The deployed pipeline as a person meets it: buckets, executions, and the target database. */
export interface World {
  readonly deployment: Deployment;
  readonly databaseUrl: string;
  readonly endpoint: string;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly lambda: LambdaClient;
  /** One that the stack may load from, of which no event tells. */
  bucket(options: { versioned: boolean }): Promise<string>;
  put(bucket: string, key: string, body: string | Buffer): Promise<Stored>;
  /** This version for good; without one what lies there now. */
  remove(object: Stored): Promise<void>;
  read(url: string): Promise<string>;
  /** An execution of the deployed state machine, or of another one. */
  start(input: object, stateMachineArn?: string): Promise<string>;
  stop(arn: string): Promise<void>;
  ended(arn: string): Promise<Ended>;
  /** start and ended in one. */
  execute(input: object): Promise<Ended>;
  history(arn: string): Promise<readonly HistoryEvent[]>;
  /** Of the newest load of this key, once it has ended and is reported. */
  loadOf(key: string): Promise<LoadReport>;
  /** The same of one version of a key. */
  loadOfVersion(versionId: string): Promise<LoadReport>;
  report(loadId: number): Promise<LoadReport>;
  /** The load that an execution ran, once the recorder has written how it ended. */
  recorded(arn: string): Promise<{ readonly loadId: number; readonly outcome: string; readonly code: string | null }>;
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  run(text: string): Promise<void>;
  /** `landfall` with these words, of the project that was deployed. */
  landfall(...words: readonly string[]): Promise<Typed>;
  /** Calls a deployed function by the name of its stack's output, such as Sweep; answers what it answers. */
  invoke(name: string, event: object): Promise<unknown>;
  connect<T>(use: (db: Db) => Promise<T>): Promise<T>;
  close(): void;
}

/** A load of a few rows takes seconds; a machine that others use as well takes ten times that. */
const patienceMs = 150_000;

/** Connects to what the run deployed. */
export function openWorld(): World {
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
  const deployment = inject('deployment');
  const databaseUrl = inject('deployedDatabaseUrl');
  const connection = ownConnection(endpoint);
  const s3 = s3At(endpoint);
  const sfn = new SFNClient(connection);
  const lambda = new LambdaClient(connection);
  const connect = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
    withClient({ connectionString: databaseUrl, applicationName: 'test' }, use);
  const reported = (what: string, which: Sql): Promise<LoadReport> =>
    until(`a load of ${JSON.stringify(what)} ends`, patienceMs, async () => {
      const [load] = await world.rows<{ load_id: number; report_path: string | null; outcome: string | null }>(
        sql`select load_id, outcome, report_path from landfall.loads where (${which}) order by load_id desc limit 1`,
      );
      // its report is written after its outcome
      if (load === undefined || load.outcome === null || load.report_path === null) return null;
      return await world.report(load.load_id);
    });
  const world: World = {
    deployment,
    databaseUrl,
    endpoint,
    s3,
    sfn,
    lambda,
    connect,
    rows: (statement) => connect((db) => many(db, statement)),
    run: (text) => connect(async (db) => void (await many(db, trustedSql(text)))),
    landfall: (...words) => typeCommand(inject('project'), words),
    async invoke(name, event) {
      const FunctionName = await outputOf(endpoint, `${name}FunctionName`);
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
      );
      const answer = Buffer.from(Payload ?? []).toString();
      if (FunctionError !== undefined) throw new Error(`${FunctionName}: ${answer}`);
      return JSON.parse(answer);
    },
    async bucket({ versioned }) {
      const name = versioned ? testBuckets.versioned : testBuckets.plain;
      await createBucket(s3, name, { versioned });
      return name;
    },
    async put(bucket, key, body) {
      const size = Buffer.byteLength(body);
      // the SDK takes an empty text for a stream of unknown length
      const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: size });
      const { ETag = '', VersionId = null } = await s3.send(put);
      return { bucket, key, size, etag: ETag.replaceAll('"', ''), versionId: VersionId };
    },
    async remove({ bucket, key, versionId }) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId ?? undefined }));
    },
    async read(url) {
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    async start(input, stateMachineArn = deployment.stateMachineArn) {
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      return executionArn;
    },
    async stop(executionArn) {
      await sfn.send(new StopExecutionCommand({ executionArn }));
    },
    ended: (executionArn) =>
      until(`${executionArn} ends`, patienceMs, async () => {
        const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        if (status === undefined || status === 'RUNNING') return null;
        const parsed = output === undefined ? null : (JSON.parse(output) as Ended['output']);
        return { arn: executionArn, status, output: parsed, error, cause };
      }),
    execute: async (input) => await world.ended(await world.start(input)),
    async history(executionArn) {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, nextToken, includeExecutionData: true }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return events;
    },
    loadOf: (key) => reported(key, sql`key = ${key}`),
    loadOfVersion: (versionId) => reported(`version ${versionId}`, sql`version_id = ${versionId}`),
    recorded: (arn) =>
      until('the recorder has written', patienceMs, async () => {
        const [load] = await world.rows<{ loadId: number; outcome: string; code: string | null }>(sql`
          select load_id as "loadId", outcome, code
          from landfall.loads
          where (execution = ${arn}) and (outcome is not null)`);
        return load ?? null;
      }),
    async report(loadId) {
      return loadReportSchema.parse(await connect((db) => readLoadReport(db, loadId)));
    },
    close() {
      for (const client of [s3, sfn, lambda]) client.destroy();
    },
  };
  return world;
}
