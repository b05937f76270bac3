import type pg from 'pg';

/** The parameter of libpq's URLs (PostgreSQL 16 and later) and its only value here: by SCRAM both sides prove the password. */
export const SCRAM_ONLY = { name: 'require_auth', value: 'scram-sha-256' } as const;

/** Nothing was sent: the server is not the one that the password belongs to, or is not set up as its URL says. */
export class UnprovenServer extends Error {
  override readonly name = 'UnprovenServer';
}

/** Whether the URL asks for it. */
export function requiresScram(databaseUrl: string): boolean {
  return URL.canParse(databaseUrl) && new URL(databaseUrl).searchParams.get(SCRAM_ONLY.name) === SCRAM_ONLY.value;
}

/** Why the parameter cannot be followed; null where it can, or is not there. */
export function requireAuthProblem(searchParams: URLSearchParams): string | null {
  const value = searchParams.get(SCRAM_ONLY.name);
  if (value === null || value === SCRAM_ONLY.value) return null;
  return `require_auth=${value} is not known here: write require_auth=scram-sha-256, or leave it out`;
}

/** What pg.Client has and its types do not tell. */
interface Internals {
  readonly connection: NodeJS.EventEmitter & { readonly stream: { destroy(): void } };
  /** null once the server's signature was verified, undefined where it asked for none. */
  readonly saslSession?: object | null;
}

/**
 * Connects, and lets the password out by SCRAM-SHA-256 alone, where not even its hash is sent, and only to a server that
 * proves that it has the password's verifier. pg answers whatever a server asks for, in clear too, so its answers to the
 * other requests are replaced; they are in place when connect() returns, before a byte has come.
 * @throws UnprovenServer where the server asks otherwise, or lets one in unasked.
 */
export async function connectByScram(db: pg.Client): Promise<void> {
  const client = db as unknown as Internals;
  const { connection } = client;
  const connected = db.connect();
  const refuse = (asked: string): void => {
    connection.emit(
      'error',
      new UnprovenServer(`it ${asked}, where only a proof of both sides will do (SCRAM-SHA-256)`),
    );
    connection.stream.destroy();
  };
  for (const event of ['authenticationCleartextPassword', 'authenticationMD5Password']) {
    connection.removeAllListeners(event);
    connection.on(event, () => refuse('asked for the password in clear, or for a hash of it'));
  }
  connection.on('authenticationOk', () => {
    if (client.saslSession !== null) refuse('did not prove that it knows the password');
  });
  await connected;
}
