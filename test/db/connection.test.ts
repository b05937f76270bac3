import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { execute, one, withClient, type Db } from '../../functions/db/client.ts';
import { iamToken } from '../../functions/db/iam-token.ts';
import { databaseFor, keysReadEachTime, type Keys } from '../../functions/runtime/database.ts';
import { keptFor } from '../../functions/runtime/kept.ts';
import { startAwsService } from '../support/aws-service.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ password: true });
});
afterAll(() => database.drop());

const currentUser = async (db: Db): Promise<string> =>
  (await one<{ user: string }>(db, sql`select current_user::text as user`)).user;

const noKeys: Keys = {
  secret: keptFor(0, () => Promise.reject(new Error('nobody asked for a secret'))),
  token: () => Promise.reject(new Error('nobody asked for a token')),
};

/** Answers these values, one a reading, the last one from then on. */
function secrets(...values: readonly string[]): { keys: Keys; reads: string[] } {
  const reads: string[] = [];
  const fetch = (name: string): Promise<string> => {
    reads.push(name);
    return Promise.resolve(values[Math.min(reads.length, values.length) - 1] ?? '');
  };
  return { keys: { ...noKeys, secret: keptFor(60_000, fetch) }, reads };
}

describe('a database that a secret names', () => {
  const secret = { kind: 'secret', secret: 'landfall/db' } as const;
  const withPassword = (password: string): string => {
    const url = new URL(database.url);
    url.password = password;
    return url.href;
  };

  test('is reached, and the secret is read once for many connections', async () => {
    const { keys, reads } = secrets(database.url);
    for (let i = 0; i < 3; i += 1) {
      expect(await databaseFor(secret, 'test', { keys })(currentUser)).toBe(new URL(database.url).username);
    }
    expect(reads).toEqual(['landfall/db']);
  });

  test('a rotated password is read again, once', async () => {
    const { keys, reads } = secrets(withPassword('old'), database.url);
    await databaseFor(secret, 'test', { keys })(currentUser);
    await databaseFor(secret, 'test', { keys })(currentUser);
    expect(reads).toHaveLength(2);
  });

  test('a password that is wrong stays an error of the login', async () => {
    const { keys, reads } = secrets(withPassword('wrong'));
    await expect(databaseFor(secret, 'test', { keys })(currentUser)).rejects.toMatchObject({ code: '28P01' });
    expect(reads).toHaveLength(2);
  });

  test.each([
    ['holds no URL', 'must hold postgres://', () => 'not a URL'],
    ['names a database that is not there', 'does not exist', () => `${database.url}_missing`],
    ['names a port where nobody listens', 'ECONNREFUSED', () => database.url.replace(/:\d+\//, ':1/')],
  ])('a secret that %s is read again as soon as it is mended', async (_, words, spoiled) => {
    const { keys, reads } = secrets(spoiled(), spoiled(), database.url);
    await expect(databaseFor(secret, 'test', { keys })(currentUser)).rejects.toThrow(words);
    expect(await databaseFor(secret, 'test', { keys })(currentUser)).toBe(new URL(database.url).username);
    expect(reads).toHaveLength(3);
  });

  test('for operate it is read at each call: one that was spoiled meanwhile is an error there too', async () => {
    let value = database.url;
    const service = await startAwsService(() => ({ body: { SecretString: value } }));
    const { endpoint, region, credentials } = service.connection;
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    vi.stubEnv('AWS_REGION', region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    try {
      const withDb = databaseFor(secret, 'test', { keys: keysReadEachTime });
      expect(await withDb(currentUser)).toBe(new URL(database.url).username);
      value = withPassword('spoiled');
      await expect(withDb(currentUser)).rejects.toMatchObject({ code: '28P01' });
    } finally {
      vi.unstubAllEnvs();
      await service.close();
    }
  });

  test('where the secret cannot be read again, the error is that of the connection', async () => {
    let readings = 0;
    const read = (): Promise<string> => {
      readings += 1;
      return readings === 1 ? Promise.resolve(withPassword('old')) : Promise.reject(new Error('no way to the secret'));
    };
    const keys = { ...noKeys, secret: keptFor(60_000, read) };
    await expect(databaseFor(secret, 'test', { keys })(currentUser)).rejects.toMatchObject({ code: '28P01' });
    expect(readings).toBe(2);
  });

  test('what is done with the connection is never done twice', async () => {
    const { keys } = secrets(database.url);
    let runs = 0;
    const refused = databaseFor(secret, 'test', { keys })(async (db) => {
      runs += 1;
      await execute(db, sql`do $$ begin raise exception 'refused' using errcode = '28P01'; end $$`);
    });
    await expect(refused).rejects.toMatchObject({ code: '28P01' });
    expect(runs).toBe(1);
  });

  test('the JSON of RDS asks for TLS: a server without it is refused', async () => {
    const { hostname: host, port, username, password, pathname } = new URL(database.url);
    const json = JSON.stringify({ host, port, username, password, dbname: pathname.slice(1) });
    const { keys } = secrets(json);
    await expect(databaseFor(secret, 'test', { keys })(currentUser)).rejects.toThrow('does not support SSL');
  });
});

describe('a role that IAM lets in', () => {
  test('gets a token for each connection, and never without TLS', async () => {
    const asked: unknown[] = [];
    const keys = { ...noKeys, token: (login: object) => Promise.resolve(`token ${asked.push(login)}`) };
    const { hostname: host, port } = new URL(database.url);
    const source = { kind: 'iam', host, port: Number(port), database: 'shop', user: 'loader' } as const;
    const withDb = databaseFor(source, 'test', { keys });
    for (let i = 0; i < 2; i += 1) await expect(withDb(currentUser)).rejects.toThrow('does not support SSL');
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ host, user: 'loader' });
  });

  test('the token names host, user and action, and is signed', async () => {
    process.env['AWS_REGION'] = 'eu-central-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
    const token = new URL(`https://${await iamToken({ host: 'db.example.org', port: 5433, user: 'loader' })}`);
    expect(token.host).toBe('db.example.org:5433');
    expect(Object.fromEntries(token.searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'loader',
      'X-Amz-Expires': '900',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

test('a database that a URL names is reached by it alone', async () => {
  const withDb = databaseFor({ kind: 'url', url: database.url }, 'landfall:test', { keys: noKeys });
  const name = await withDb((db) => one(db, sql`select current_setting('application_name') as name`));
  expect(name).toEqual({ name: 'landfall:test' });
  await withClient({ connectionString: database.url, applicationName: 'test' }, currentUser);
});
