import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, type Sql } from '../../functions/core/sql.ts';
import { many, one, withClient } from '../../functions/db/client.ts';
import { isGone } from '../../localstack/embedded/server/processes.ts';
import { throwawaySettings } from '../../localstack/embedded/server/settings.ts';
import { startTemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'landfall-temporary-'));
  // as root the server runs as another user
  await chmod(parent, 0o755);
});
afterAll(() => rm(parent, { recursive: true, force: true }));

test('a temporary server takes the settings it is given, and nothing is left of it', async () => {
  const directory = join(parent, 'own');
  const settings = { ...throwawaySettings, work_mem: '7MB' };
  const server = await startTemporaryServer({ directory, settings });
  const shown = await withClient({ connectionString: server.url, applicationName: 'test' }, (db) =>
    one(db, sql`select current_setting('fsync') as fsync, current_setting('work_mem') as work_mem`),
  );
  expect(shown).toEqual({ fsync: 'off', work_mem: '7MB' });
  await server.stop();
  expect(await isGone(server.pid)).toBe(true);
  expect(existsSync(directory)).toBe(false);
});

test('one that crashed is there again on its port with all that was committed', async () => {
  const settings = { ...throwawaySettings, synchronous_commit: 'on' };
  const server = await startTemporaryServer({ directory: join(parent, 'crashed'), settings });
  const asked = <Row extends object>(statement: Sql): Promise<Row[]> =>
    withClient({ connectionString: server.url, applicationName: 'test' }, (db) => many<Row>(db, statement));
  await asked(sql`create table public.t as select 1 as n`);
  const { pid } = server;
  await server.crash();
  expect(await isGone(pid)).toBe(true);
  expect(await asked(sql`select n from public.t`)).toEqual([{ n: 1 }]);
  await server.stop();
  expect(await isGone(server.pid)).toBe(true);
});

test('it ends with the process that started it, also when that is killed', async () => {
  const directory = join(parent, 'orphan');
  const script = fileURLToPath(new URL('../fixtures/start-temporary-server.ts', import.meta.url));
  const command = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = (await once(command.stdout, 'data')) as [Buffer];
  expect(await isGone(Number(pid))).toBe(false);
  command.kill('SIGKILL');
  await expect.poll(() => isGone(Number(pid)), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => existsSync(directory), { timeout: 10_000 }).toBe(false);
});
