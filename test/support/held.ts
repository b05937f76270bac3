import pg from 'pg';

/** A session that holds something until it is let go, as anybody's psql may. */
export interface HeldSession {
  readonly pid: number;
  letGo(): Promise<void>;
}

/** Runs the statements in a transaction that stays open. */
export async function hold(
  connectionString: string,
  applicationName: string,
  statements: string,
): Promise<HeldSession> {
  const client = new pg.Client({ connectionString, application_name: applicationName });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`begin; ${statements}`);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return {
    pid: rows[0]?.pid ?? 0,
    async letGo() {
      await client.end();
    },
  };
}
