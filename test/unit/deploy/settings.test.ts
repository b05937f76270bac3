import { describe, expect, test } from 'vitest';
import { environmentFor } from '../../../localstack/deploy/clients.ts';
import { tellDeployment } from '../../../localstack/deploy/deploy.ts';
import { localEndpoint } from '../../../localstack/deploy/local-endpoint.ts';
import { deploymentOf } from '../../../localstack/deploy/outputs.ts';
import { readDeploySettings } from '../../../localstack/deploy/settings.ts';
import { UsageError } from '../../../cli/typed/usage.ts';

const here = 'http://127.0.0.1:4566';
const database = 'postgres://u:p@127.0.0.1:5432/db';

test.each([
  ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
  ['http://127.0.0.1:4566/', 'http://127.0.0.1:4566'],
  // the SDK puts a bucket in front of a name
  ['http://localhost:4566', 'http://127.0.0.1:4566'],
  ['http://localhost.localstack.cloud:4566', 'http://127.0.0.1:4566'],
  ['http://[::1]:4566', 'http://[::1]:4566'],
  ['http://localstack:4566', 'http://localstack:4566'],
  ['http://host.docker.internal:4566', 'http://host.docker.internal:4566'],
])('%s is this machine', (text, origin) => {
  expect(localEndpoint(text)).toBe(origin);
});

test.each([
  'https://s3.eu-central-1.amazonaws.com',
  'https://cloudformation.us-east-1.amazonaws.com',
  // an interface endpoint of an account has a private address
  'http://10.0.0.5:4566',
  'http://192.168.1.2:4566',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'ftp://127.0.0.1',
  'localhost:4566',
  '',
])('%j is not', (text) => {
  expect(localEndpoint(text)).toBeNull();
});

describe('the settings', () => {
  test('are refused with every problem at once, and without a password', () => {
    const problems = problemsOf({ DATABASE_URL: 'mysql://u:hidden@h/db' });
    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).toMatch(/AWS_ENDPOINT_URL is not set/);
    expect(problems.join('\n')).toMatch(/DATABASE_URL .*not PostgreSQL/);
    expect(problems.join('\n')).not.toContain('hidden');
  });

  test('never lead into an account', () => {
    const settings = { AWS_ENDPOINT_URL: 'https://cloudformation.us-east-1.amazonaws.com', DATABASE_URL: database };
    expect(problemsOf(settings)).toEqual([expect.stringContaining('never to an account')]);
  });

  test('an empty variable is none', () => {
    expect(problemsOf({ AWS_ENDPOINT_URL: '', DATABASE_URL: '' })).toHaveLength(2);
  });

  test('functions may reach the database another way', () => {
    const inside = 'postgres://u:p@postgres:5432/db';
    const env = { AWS_ENDPOINT_URL: here, DATABASE_URL: database, LANDFALL_FUNCTIONS_DATABASE_URL: inside };
    expect(readDeploySettings(env)).toMatchObject({ databaseUrl: database, functionsDatabaseUrl: inside });
    expect(readDeploySettings({ AWS_ENDPOINT_URL: here, DATABASE_URL: database }).functionsDatabaseUrl).toBe(database);
  });

  test('the keys, profile and endpoints of a real account reach no program that is started', () => {
    const env = {
      AWS_ENDPOINT_URL: here,
      DATABASE_URL: database,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'real',
      AWS_SESSION_TOKEN: 'real',
      AWS_PROFILE: 'real',
      AWS_ENDPOINT_URL_S3: 'https://s3.real',
      CDK_DEFAULT_ACCOUNT: 'real',
    };
    const given = environmentFor(readDeploySettings(env), env);
    expect(given).toMatchObject({ AWS_ENDPOINT_URL: here, AWS_ACCESS_KEY_ID: '000000000000' });
    expect(Object.entries(given).filter(([, value]) => /real|AKIA|postgres:/.test(value ?? ''))).toEqual([]);
  });
});

test('without settings the command says what is missing, prints nothing on stdout and exits 64', async () => {
  const said = { out: '', err: '' };
  const code = await tellDeployment({
    env: {},
    signal: new AbortController().signal,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  expect({ code, out: said.out }).toEqual({ code: 64, out: '' });
  expect(said.err.trim().split('\n')).toHaveLength(2);
});

test('where nothing answers it says how to start a LocalStack, before it touches the database', async () => {
  let err = '';
  const code = await tellDeployment({
    // port 9 (discard) is never a LocalStack
    env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', DATABASE_URL: database },
    signal: new AbortController().signal,
    out: () => undefined,
    err: (text) => void (err += text),
  });
  expect(code).toBe(1);
  expect(err).toMatch(/nothing answers at http:\/\/127\.0\.0\.1:9\b.*docker compose/);
});

test('an output that is missing is named, with those that are there', () => {
  expect(() => deploymentOf({ LandingBucketName: 'l', ReportsBucketName: 'r' })).toThrow(
    'the stacks have no output StateMachineArn: they have LandingBucketName, ReportsBucketName',
  );
});

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readDeploySettings(env);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
}
