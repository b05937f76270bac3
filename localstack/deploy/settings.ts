import { z } from 'zod';
import { chooseDatabase } from '../../cli/typed/database-url.ts';
import { UsageError } from '../../cli/typed/usage.ts';
import { localEndpoint } from './local-endpoint.ts';

const endpoint = z
  .string({ error: 'is not set: the address of a LocalStack that runs, http://127.0.0.1:4566' })
  .transform((text, context) => {
    const found = localEndpoint(text);
    if (found !== null) return found;
    context.addIssue(
      `"${text}" is not on this machine. This command deploys to a LocalStack only, never to an account: write http://127.0.0.1:4566`,
    );
    return z.NEVER;
  });

const database = z
  .string({ error: 'is not set: the target, postgres://USER:PASSWORD@HOST:5432/DATABASE' })
  .transform((text, context) => {
    const choice = chooseDatabase(undefined, { DATABASE_URL: text });
    if (choice.kind === 'named') return choice.url;
    context.addIssue(choice.kind === 'wrong' ? choice.problem.replace(/^DATABASE_URL: /, '') : 'is empty');
    return z.NEVER;
  });

const schema = z.object({
  AWS_ENDPOINT_URL: endpoint,
  DATABASE_URL: database,
  /** The same database as the functions reach it, where that is another way: from a container to its host, for one. */
  LANDFALL_FUNCTIONS_DATABASE_URL: database.optional(),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not the name of a region, like us-east-1')
    .default('us-east-1'),
  /** LocalStack takes twelve digits for the account's number. A key of a real account goes nowhere. */
  AWS_ACCESS_KEY_ID: z
    .string()
    .optional()
    .transform((key) => (/^\d{12}$/.test(key ?? '') ? key : undefined)),
});

/** Where to deploy, and what the pipeline loads into. */
export interface DeploySettings {
  /** On this machine, by its address where it was given as localhost. */
  readonly endpoint: string;
  readonly databaseUrl: string;
  readonly functionsDatabaseUrl: string;
  readonly region: string;
  readonly account: string;
}

/** Reads the environment. Throws UsageError with all problems at once. */
export function readDeploySettings(env: Readonly<NodeJS.ProcessEnv>): DeploySettings {
  // an empty variable is none
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success)
    throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  const { data } = parsed;
  return {
    endpoint: data.AWS_ENDPOINT_URL,
    databaseUrl: data.DATABASE_URL,
    functionsDatabaseUrl: data.LANDFALL_FUNCTIONS_DATABASE_URL ?? data.DATABASE_URL,
    region: data.AWS_REGION,
    account: data.AWS_ACCESS_KEY_ID ?? '000000000000',
  };
}
