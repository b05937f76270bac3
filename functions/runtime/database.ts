import { withClient, type Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import { urlOfSecret, verifiedUrl } from '../db/secret-url.ts';
import type { DatabaseSource } from './env.ts';
import { keptFor, type Kept } from './kept.ts';

/** Takes a connection to the target database, gives it to `use`, and ends it whatever happens. */
export type WithDb = <T>(use: (db: Db) => Promise<T>) => Promise<T>;

/** What it takes to get a password, for those who have none. */
export interface Keys {
  /** The value of a secret; kept for a while. */
  readonly secret: Kept;
  readonly token: (login: { host: string; port: number; user: string }) => Promise<string>;
}

/**
 * The way to the target database that the environment names. A secret is kept in memory, and read again once where the
 * server refuses its password (28P01): it was rotated. A token of IAM is made for each connection.
 */
export function databaseFor(source: DatabaseSource, applicationName: string, keys: Keys = awsKeys): WithDb {
  switch (source.kind) {
    case 'url':
      return async (use) => await withClient({ connectionString: source.url, applicationName }, use);
    case 'iam':
      return async (use) => {
        const connectionString = verifiedUrl({ ...source, password: await keys.token(source) });
        return await withClient({ connectionString, applicationName }, use);
      };
    case 'secret':
      return async (use) => {
        const { secret } = source;
        const connect = async (value: string, run: typeof use): ReturnType<typeof use> =>
          await withClient({ connectionString: urlOfSecret(secret, value), applicationName }, run);
        const value = await keys.secret.read(secret);
        let connected = false;
        try {
          return await connect(value, async (db) => {
            connected = true;
            return await use(db);
          });
        } catch (error) {
          if (connected || sqlState(error) !== '28P01') throw error;
          return await connect(await keys.secret.readAgain(secret, value), use);
        }
      };
  }
}

/** 5 minutes: a rotation is noticed by the refused password, so this only bounds how long a withdrawn secret is used. */
const secretMilliseconds = 300_000;

/** The SDK's clients take ~0.2 s to import: only who has such a database pays for it. */
const awsKeys: Keys = {
  secret: keptFor(secretMilliseconds, async (secret) => {
    const { openSecrets } = await import('../aws/secrets.ts');
    return await openSecrets().read(secret);
  }),
  async token(login) {
    const { iamToken } = await import('../db/iam-token.ts');
    return await iamToken(login);
  },
};
