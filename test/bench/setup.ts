import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '../../functions/core/sql.ts';
import { type Db, many, one, withClient } from '../../functions/db/client.ts';
import { startTemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { benchSettings } from './machine.ts';
import type { Bench } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { chooseClient, type Client } from './run-script.ts';

/** Everything that a workload needs. */
export interface Setup extends Bench {
  readonly serverUrl: string;
  /** The .landfall folder of this run; also room for links to the files. */
  readonly home: string;
  readonly client: Client;
  readonly options: BenchOptions;
  /** Of the server, as it says itself. */
  readonly settings: Readonly<Record<string, string>>;
  readonly serverVersion: string;
  /** A line for the person who waits. */
  note(line: string): void;
}

/**
 * A server and a folder of one's own, taken away at the end. After an interruption the server's guard does that as soon
 * as this process has ended, however busy the server is.
 */
export async function withSetup<T>(
  options: BenchOptions,
  world: { signal: AbortSignal; note: (line: string) => void },
  use: (setup: Setup) => Promise<T>,
): Promise<T> {
  const client = await chooseClient(options.client);
  const directory = await mkdtemp(join(tmpdir(), 'landfall-bench-run-'));
  const server = await startTemporaryServer({ directory, settings: benchSettings(options.sharedBuffersMb) });
  try {
    const home = join(directory, 'home');
    await mkdir(home, { mode: 0o700 });
    return await withClient({ connectionString: server.url, applicationName: 'landfall:bench' }, async (admin) => {
      const settings = await settingsOf(admin);
      const { version } = await one<{ version: string }>(admin, sql`select version() as version`);
      const served = { serverUrl: server.url, postmaster: server.pid, serverVersion: version };
      return await use({ ...world, ...served, admin, home, client, options, settings });
    });
  } finally {
    if (!world.signal.aborted) await server.stop();
  }
}

/** Whatever the server was started with, and what decides about durability. Throws where the server would not be durable. */
async function settingsOf(admin: Db): Promise<Readonly<Record<string, string>>> {
  const rows = await many<{ name: string; value: string }>(
    admin,
    sql`
      select s.name, current_setting(s.name) as value
      from pg_settings as s
      where (s.name = any (${[...Object.keys(benchSettings()), 'wal_level', 'jit', 'autovacuum']}))
      order by s.name`,
  );
  const settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    if (settings[name] !== 'on')
      throw new Error(`the server runs with ${name} = ${settings[name]}: nothing it does counts`);
  }
  return settings;
}
