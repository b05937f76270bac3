import { z } from 'zod';
import type { LeaseOwner } from '../core/lease-owner.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import type { TypedSql } from '../contract/typed-sql.ts';
import { parsedJson } from '../core/parsed-json.ts';
import { UNTRIED } from '../db/server/fit-server.ts';
import { declaredDatasets } from './declared.ts';
import { keptSqlIn } from './kept-sql.ts';

/** An empty variable counts as not set: a template may pass one on that nobody filled in. */
const text = z
  .string()
  .transform((value) => value.trim() || undefined)
  .optional();

const iamSchema = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(5432),
  database: z.string().min(1),
  user: z.string().min(1),
});

const ownerSchema = z.strictObject({ pid: z.int(), startedAt: z.string(), host: z.string() });

/** Of functions that know datasets: the file they are in, where it does not lie beside the bundle. */
export const declaredVariables = { LANDFALL_DATASETS: text };

/** Variables of every function: whether metrics are written, and for which stack. */
export const metricsVariables = {
  LANDFALL_STACK: text,
  /** on, off, or totals: on, but for no dataset of its own; else on where Lambda runs it. */
  LANDFALL_METRICS: text.pipe(z.enum(['on', 'off', 'totals']).optional()),
  AWS_LAMBDA_FUNCTION_NAME: text,
};

const schema = z.object({
  ...metricsVariables,
  DATABASE_URL: text,
  DATABASE_SECRET: text,
  DATABASE_IAM: text.transform(jsonWhereSet).pipe(iamSchema.optional()),
  LANDFALL_REPORTS: text,
  LANDFALL_LANDING: text,
  /** Names of other buckets, with commas between them. */
  LANDFALL_SOURCES: text.transform((names) => names?.split(',') ?? []),
  LANDFALL_STATE_MACHINE: text,
  LANDFALL_UNDO_MACHINE: text,
  LANDFALL_TOPIC: text,
  /** Of Landfall, as package.json has it. */
  LANDFALL_VERSION: text,
  /** The role that may own the ledger, where it has another name than landfall_owner. */
  LANDFALL_LEDGER_OWNER: text,
  /** 19: the major version of PostgreSQL that may be tried although no test runs on it. */
  [UNTRIED]: text,
  /** JSON of { pid, startedAt, host }: the command that runs an embedded load. */
  LANDFALL_OWNER: text.transform(jsonWhereSet).pipe(ownerSchema.optional()),
  /** A statement that `load --throttle-query` was given: of whoever has the login of this process. */
  LANDFALL_THROTTLE_QUERY: text,
  /** JSON of the rules in SQL that `load` was given (contract/typed-sql.ts). */
  LANDFALL_TYPED_RULES: text,
  /** The folder where this machine keeps what was typed earlier (kept-sql.ts). */
  LANDFALL_TYPED_FOLDER: text,
  ...declaredVariables,
  /** Lanes that merge at the same time. */
  LANDFALL_MERGE_LANES: text.transform((value) => Number(value ?? 2)).pipe(z.int().min(1).max(16)),
});

const databaseNames = ['DATABASE_URL', 'DATABASE_SECRET', 'DATABASE_IAM'] as const;

/** What only some functions are given: the variable, and what it holds. */
const onlySome = {
  reports: ['LANDFALL_REPORTS', 'where reports go: file:///path or s3://bucket/prefix'],
  landing: ['LANDFALL_LANDING', 'the name of the bucket that files land in'],
  stateMachine: ['LANDFALL_STATE_MACHINE', 'the ARN of the state machine'],
  topic: ['LANDFALL_TOPIC', 'the ARN of the topic that failures are told to'],
} as const;

/** What the functions read from their environment; the only reader of process.env. */
export interface Env {
  readonly database: DatabaseSource;
  readonly reports: string | null;
  readonly landing: string | null;
  /** Buckets that objects are loaded from; null: from anywhere, for a command. */
  readonly sources: readonly string[] | null;
  readonly stateMachine: string | null;
  readonly undoMachine: string | null;
  readonly topic: string | null;
  /** Null: none was named. */
  readonly ledgerOwner: string | null;
  /** A newer major version of PostgreSQL that may be tried; null: none. */
  readonly untried: string | null;
  /** What `--stack` is given, in the commands that messages name. */
  readonly stack: string | null;
  /** Of Landfall; null: nobody said it. */
  readonly version: string | null;
  readonly owner: LeaseOwner | null;
  /** What stands in place of a dataset's own, or makes an ad-hoc one. Never from a request or the ledger. */
  readonly typedSql: TypedSql;
  /** The project's, as they were checked where it is. */
  readonly datasets: readonly Dataset[];
  readonly mergeLanes: number;
  /** Whether metrics are written to stdout. */
  readonly metrics: boolean;
  /** Whether they are written for each dataset too: CloudWatch bills each dataset's as metrics of their own. */
  readonly datasetMetrics: boolean;
}

/** The target database, and how to log in to it. */
export type DatabaseSource =
  | { readonly kind: 'url'; readonly url: string }
  /** Name or ARN in Secrets Manager. */
  | { readonly kind: 'secret'; readonly secret: string }
  | ({ readonly kind: 'iam' } & IamLogin);

/** A role that logs in with a token of IAM for its password. */
export interface IamLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Reads and checks the environment; all problems at once, and none of them says what a variable holds. */
export function readEnv(variables: NodeJS.ProcessEnv = process.env): Env {
  const parsed = schema.safeParse(variables);
  const issues = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  const problems = [...databaseProblem(variables), ...issues];
  if (!parsed.success || problems.length > 0) throw incomplete(problems);
  const { data } = parsed;
  return {
    database: databaseOf(data),
    reports: data.LANDFALL_REPORTS ?? null,
    landing: data.LANDFALL_LANDING ?? null,
    sources: sourcesOf(data),
    stateMachine: data.LANDFALL_STATE_MACHINE ?? null,
    undoMachine: data.LANDFALL_UNDO_MACHINE ?? null,
    topic: data.LANDFALL_TOPIC ?? null,
    ledgerOwner: data.LANDFALL_LEDGER_OWNER ?? null,
    untried: data[UNTRIED] ?? null,
    owner: data.LANDFALL_OWNER ?? null,
    version: data.LANDFALL_VERSION ?? null,
    typedSql: {
      throttleQuery: data.LANDFALL_THROTTLE_QUERY ?? null,
      rules: data.LANDFALL_TYPED_RULES ?? null,
      ...(data.LANDFALL_TYPED_FOLDER !== undefined && { kept: keptSqlIn(data.LANDFALL_TYPED_FOLDER) }),
    },
    datasets: declaredDatasets(data.LANDFALL_DATASETS),
    mergeLanes: data.LANDFALL_MERGE_LANES,
    ...metricsOf(data),
  };
}

/** In Lambda only from the buckets that are named, from none where none is; a command loads from anywhere. */
function sourcesOf({
  LANDFALL_LANDING: landing,
  LANDFALL_SOURCES: others,
  AWS_LAMBDA_FUNCTION_NAME: lambda,
}: z.output<typeof schema>): readonly string[] | null {
  if (landing === undefined && lambda === undefined) return null;
  return landing === undefined ? [] : [landing, ...others];
}

/** Whether metrics are written, and whether for each dataset too. */
export function metricsOf(data: {
  readonly LANDFALL_STACK?: string | undefined;
  readonly LANDFALL_METRICS?: 'on' | 'off' | 'totals' | undefined;
  readonly AWS_LAMBDA_FUNCTION_NAME?: string | undefined;
}): Pick<Env, 'metrics' | 'datasetMetrics' | 'stack'> {
  const otherwise = data.AWS_LAMBDA_FUNCTION_NAME === undefined ? 'off' : 'on';
  const wanted = data.LANDFALL_METRICS ?? otherwise;
  return { metrics: wanted !== 'off', datasetMetrics: wanted !== 'totals', stack: data.LANDFALL_STACK ?? null };
}

/** A variable that this function cannot work without. @throws Error that names it and says what it holds. */
export function needed(env: Env, name: keyof typeof onlySome): string {
  const value = env[name];
  if (value !== null) return value;
  throw incomplete([onlySome[name].join(': ')]);
}

function incomplete(problems: readonly string[]): Error {
  return new Error(
    `the environment of this function is not complete:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  );
}

function databaseProblem(variables: NodeJS.ProcessEnv): readonly string[] {
  const named = databaseNames.filter((name) => (variables[name] ?? '').trim() !== '');
  if (named.length === 1) return [];
  const found = named.length === 0 ? 'none of them is set' : `${named.join(' and ')} are set`;
  return [`the target database is named by exactly one of ${databaseNames.join(', ')}; ${found}`];
}

/** One of them is set. */
function databaseOf(data: z.output<typeof schema>): DatabaseSource {
  const { DATABASE_URL: url, DATABASE_SECRET: secret, DATABASE_IAM: iam } = data;
  if (iam !== undefined) return { kind: 'iam', ...iam };
  return secret === undefined ? { kind: 'url', url: url ?? '' } : { kind: 'secret', secret };
}

/** Not JSON: null, which no schema takes. */
function jsonWhereSet(value: string | undefined): unknown {
  return value === undefined ? undefined : parsedJson(value);
}
