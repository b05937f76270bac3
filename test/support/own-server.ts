import { execFile } from 'node:child_process';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sql, type Sql } from '../../functions/core/sql.ts';
import { type Db, many, one, withClient } from '../../functions/db/client.ts';
import type { Cluster } from '../../localstack/embedded/server/cluster.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { type ServerSettings, throwawaySettings } from '../../localstack/embedded/server/settings.ts';
import { startTemporaryServer, type TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { outside } from './outside.ts';
import { postgresPackage } from './postgres-package.ts';
import type { TestDatabase } from './postgres.ts';

/** 1.5 s each: small, and durable towards nobody but a standby. What is changed by ALTER SYSTEM cannot be given here. */
const settingsOfAll: ServerSettings = { ...throwawaySettings, shared_buffers: '32MB', scram_iterations: '1' };

/** A server of a test's own, whose settings are changed, whose WAL is counted or whose archive fails; stop() it in afterAll. It ends with this process whatever happens. */
export async function ownServer(settings: ServerSettings = {}): Promise<TemporaryServer> {
  return await startTemporaryServer({
    directory: await ownDirectory(),
    settings: { ...settingsOfAll, ...settings },
    from: await postgresPackage(),
  });
}

/** A standby that follows `primary` by streaming replication, under this application_name; stop() it before its primary. */
export async function standbyOf(primary: TemporaryServer, name = 'standby'): Promise<TemporaryServer> {
  const { port, username, password } = new URL(primary.url);
  return await startTemporaryServer({
    directory: await ownDirectory(),
    settings: {
      ...settingsOfAll,
      primary_conninfo: `host=127.0.0.1 port=${port} user=${username} password=${password} application_name=${name}`,
      // what reads on the standby never makes it wait
      max_standby_streaming_delay: '-1',
      wal_receiver_status_interval: '1s',
    },
    fill: (cluster) => copyOf(primary, cluster),
    from: await postgresPackage(),
  });
}

async function ownDirectory(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'landfall-own-'));
}

/** A base backup as pg_basebackup takes one, which the embedded PostgreSQL does not bring. Owners stay as they are. */
async function copyOf(primary: TemporaryServer, { dataDirectory, passwordFile, runAs }: Cluster): Promise<void> {
  await withClient({ connectionString: primary.url, applicationName: 'test' }, async (db) => {
    await outside(db, sql`select pg_backup_start('standby', true)`);
    await promisify(execFile)('cp', ['-a', primary.dataDirectory, dataDirectory]);
    const { label } = await one<{ label: string }>(db, sql`select labelfile as label from pg_backup_stop(false)`);
    for (const [name, text] of [
      ['backup_label', label],
      ['standby.signal', ''],
    ] as const) {
      const file = join(dataDirectory, name);
      await writeFile(file, text, { mode: 0o600 });
      if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(file, runAs.uid, runAs.gid);
    }
    await rm(join(dataDirectory, 'postmaster.pid'));
  });
  await cp(join(dirname(primary.dataDirectory), 'password'), passwordFile, { force: true });
}

/** One statement on such a server, with the session's own settings. */
export async function onServer<T>(server: TemporaryServer, use: (db: Db) => Promise<T>): Promise<T> {
  return await withClient({ connectionString: server.url, applicationName: 'test' }, use);
}

/** The database of such a server, with a ledger; it goes with its server. */
export async function ledgerOn(server: TemporaryServer): Promise<TestDatabase> {
  await onServer(server, migrate);
  return {
    url: server.url,
    run: (statement) => onServer(server, (db) => outside(db, statement)),
    rows: <Row extends object>(statement: Sql) => onServer(server, (db) => many<Row>(db, statement)),
    drop: async () => undefined,
  };
}
