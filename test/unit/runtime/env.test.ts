import { describe, expect, test } from 'vitest';
import { needed, readEnv } from '../../../functions/runtime/env.ts';

const DATABASE_URL = 'postgres://app:s3cret@db.example.org/shop';
const iam = { host: 'db.example.org', port: 5432, database: 'shop', user: 'loader' };

describe('the database is named in one way', () => {
  test('by URL', () => {
    expect(readEnv({ DATABASE_URL }).database).toEqual({ kind: 'url', url: DATABASE_URL });
  });

  test('by a secret', () => {
    expect(readEnv({ DATABASE_SECRET: 'landfall/db' }).database).toEqual({ kind: 'secret', secret: 'landfall/db' });
  });

  test('by IAM, whose port is 5432 where none is given', () => {
    const { port, ...rest } = iam;
    expect(readEnv({ DATABASE_IAM: JSON.stringify(rest) }).database).toEqual({ kind: 'iam', ...rest, port });
  });

  test('what is set to nothing is not set', () => {
    expect(readEnv({ DATABASE_URL, DATABASE_SECRET: ' ', DATABASE_IAM: '' }).database.kind).toBe('url');
  });

  test.each([
    [{}, 'exactly one of DATABASE_URL, DATABASE_SECRET, DATABASE_IAM; none of them is set'],
    [{ DATABASE_URL, DATABASE_SECRET: 'x' }, 'DATABASE_URL and DATABASE_SECRET are set'],
    [{ DATABASE_IAM: 'db.example.org' }, 'DATABASE_IAM: '],
    [{ DATABASE_IAM: JSON.stringify({ ...iam, password: 's3cret' }) }, 'DATABASE_IAM: '],
  ])('%j is refused, and no value is told', (variables, words) => {
    const read = (): unknown => readEnv(variables);
    expect(read).toThrow(words);
    expect(read).not.toThrow('s3cret');
  });
});

test('all problems are told at once', () => {
  const read = (): unknown => readEnv({ LANDFALL_MERGE_LANES: '17', LANDFALL_OWNER: '{}' });
  for (const name of ['DATABASE_URL', 'LANDFALL_MERGE_LANES', 'LANDFALL_OWNER.pid']) expect(read).toThrow(name);
});

test('what only some functions need is asked for by those, by the name of its variable', () => {
  const env = readEnv({ DATABASE_URL, LANDFALL_REPORTS: 's3://reports/reports' });
  expect(needed(env, 'reports')).toBe('s3://reports/reports');
  expect(env.mergeLanes).toBe(2);
  expect(() => needed(env, 'landing')).toThrow('LANDFALL_LANDING: the name of the bucket that files land in');
  expect(() => needed(env, 'stateMachine')).toThrow('LANDFALL_STATE_MACHINE');
});
