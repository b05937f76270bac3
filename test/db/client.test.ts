import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { execute, one, transaction, withClient } from '../../functions/db/client.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

describe('a connection', () => {
  it('that breaks off before it stands is tried again, whatever words the driver finds', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `postgres://app@127.0.0.1:${(server.address() as AddressInfo).port}/shop`;
    const connected = withClient({ connectionString: url, applicationName: 'test' }, async () => 'connected');
    await expect(connected).rejects.toMatchObject({ name: 'DatabaseAway' });
    server.close();
  });

  it('that is refused keeps what the socket said', async () => {
    const refused = withClient(
      { connectionString: 'postgres://127.0.0.1:1/x', applicationName: 'test' },
      async () => 1,
    );
    await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a transaction', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  const connect: <T>(use: Parameters<typeof withClient<T>>[1]) => Promise<T> = (use) =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);

  it('whose worker is frozen is ended by the server, and its locks with it', async () => {
    const frozen = connect((db) =>
      transaction(db, { idleTimeoutMs: 50 }, async () => {
        await execute(db, sql`select pg_advisory_xact_lock(7)`);
        // the server ends it; until then nothing is sent
        await once(db, 'end');
        await execute(db, sql`select 1`);
      }),
    );
    await expect(frozen).rejects.toMatchObject({ name: 'TryAgain' });
    await connect((db) =>
      transaction(db, { lockTimeoutMs: 5_000 }, () => execute(db, sql`select pg_advisory_xact_lock(7)`)),
    );
  });

  it('has a limit for that without being asked', async () => {
    const setting = sql`select current_setting('idle_in_transaction_session_timeout') as limit`;
    const { limit } = await connect((db) => transaction(db, {}, () => one<{ limit: string }>(db, setting)));
    expect(limit).toBe('30s');
  });

  it('that is to leave cores to others has no parallel workers', async () => {
    const memory = {
      workMemKb: 16_384,
      hashMemMultiplier: 2,
      workers: 2,
      maintenanceWorkMemKb: 65_536,
      maintenanceWorkers: 1,
      why: '',
    };
    const setting = sql`select current_setting('max_parallel_workers_per_gather') as workers`;
    const { workers } = await connect((db) =>
      transaction(db, { wholeLoad: memory, onOneCore: true }, () => one<{ workers: string }>(db, setting)),
    );
    expect(workers).toBe('0');
  });

  it('in which an error was passed over is no success: the server answers COMMIT with ROLLBACK', async () => {
    const passedOver = connect((db) =>
      transaction(db, {}, async () => {
        await execute(db, sql`select 1 / 0`).catch(() => undefined);
      }),
    );
    await expect(passedOver).rejects.toThrow('passed over');
  });
});
