import { withClient, type Db, type DbSettings } from '../db/client.ts';
import type { CallSession } from '../db/session/call-session.ts';
import { urlOfSecret, verifiedUrl } from '../db/secret-url.ts';
import type { DatabaseSource } from './env.ts';
import { keptFor, type Kept } from './kept.ts';
import { patiently, type Patience } from './patience.ts';

/** Takes a connection to the target database, gives it to `use`, and ends it whatever happens. */
export type WithDb = <T>(use: (db: Db) => Promise<T>) => Promise<T>;

/** How a password is got where the environment holds none. */
export interface Keys {
  /** The value of a secret; kept for a while. */
  readonly secret: Kept;
  readonly token: (login: { host: string; port: number; user: string }) => Promise<string>;
}

/**
 * The way to the target database that the environment names. A secret is kept in memory, and read again once where it leads
 * to no connection, since it may have been rotated or mended. A token of IAM is made for each connection. With `patience` a
 * database that is away is waited for, as work that has begun should; without it the failure is told at once.
 */
export function databaseFor(
  source: DatabaseSource,
  applicationName: string,
  { keys = awsKeys, patience, forPerson = false, session }: Way = {},
): WithDb {
  const withDb = wayTo(source, { applicationName, forPerson, session }, keys);
  if (patience === undefined) return withDb;
  return async (use) =>
    await patiently(
      async (connected) =>
        await withDb(async (db) => {
          connected();
          return await use(db);
        }),
      { ...patience, loginByToken: source.kind === 'iam' },
    );
}

/** How to connect, beside where to. */
interface Way {
  readonly keys?: Keys;
  readonly patience?: Patience;
  /** A person waits for the answer (DbSettings). */
  readonly forPerson?: boolean;
  /** Of a call that several states share. */
  readonly session?: CallSession | undefined;
}

function wayTo(source: DatabaseSource, named: Omit<DbSettings, 'connectionString'>, keys: Keys): WithDb {
  switch (source.kind) {
    case 'url':
      return async (use) => await withClient({ connectionString: source.url, ...named }, use);
    case 'iam':
      return async (use) => {
        const connectionString = verifiedUrl({ ...source, password: await keys.token(source) });
        return await withClient({ connectionString, ...named }, use);
      };
    case 'secret':
      return async (use) => {
        const { secret } = source;
        const connect = async (value: string, run: typeof use): ReturnType<typeof use> =>
          await withClient({ connectionString: urlOfSecret(secret, value), ...named }, run);
        const value = await keys.secret.read(secret);
        let connected = false;
        try {
          return await connect(value, async (db) => {
            connected = true;
            return await use(db);
          });
        } catch (error) {
          if (connected) throw error;
          const newer = await keys.secret.readAgain(secret, value).catch(() => value);
          if (newer === value) throw error;
          return await connect(newer, use);
        }
      };
  }
}

/** 5 minutes: a secret that no longer leads to the database is read again at once, so this only bounds how long a withdrawn one is used. */
const secretMilliseconds = 300_000;

/** The SDK's clients take ~0.2 s to import: only who has such a database pays for it. */
async function readSecret(secret: string): Promise<string> {
  const { openSecrets } = await import('../aws/secrets.ts');
  return await openSecrets().read(secret);
}

const awsKeys: Keys = {
  secret: keptFor(secretMilliseconds, readSecret),
  async token(login) {
    const { iamToken } = await import('../db/iam-token.ts');
    return await iamToken(login);
  },
};

/** For the verbs of an operator, doctor above all: each call reads the secret anew, so it connects as a function would that starts now. */
export const keysReadEachTime: Keys = { ...awsKeys, secret: keptFor(0, readSecret) };
