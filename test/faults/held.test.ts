import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { startTemporaryServer, type TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { Command } from './command.ts';
import { checksum, createOrders, expectLoaded, expectWhole, query, stagedByAttempt, until } from './orders.ts';
import { faultsPlan } from './plan.ts';

const rows = 60_000;

/**
 * Waits until the sessions of what was killed are gone, and has the log written that far. A transaction that made unlogged tables and
 * is rolled back removes their files before its abort is written: PostgreSQL 17 that crashes in between (200 ms, wal_writer_delay) makes
 * the init file anew from the log, meets the main file that was to go at the next checkpoint, and does not start ("could not create file
 * ...: File exists"; docs/faults.md).
 */
async function flushAborts(url: string): Promise<void> {
  const ours = `select 1 from pg_stat_activity where application_name like 'landfall:%'`;
  await expect.poll(() => query(url, ours), { timeout: 30_000 }).toEqual([]);
  await query(url, `select pg_logical_emit_message(true, 'landfall', 'written')`);
}

/** A load that waits for a yes while its server crashes, which empties its staging, and whose yes is cut off by a kill of all processes. */
describe('a load that is held', () => {
  let folder: string;
  let file: string;
  let server: TemporaryServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-held-'));
    file = join(folder, 'orders.csv');
    server = await startTemporaryServer({ directory: await mkdtemp(join(tmpdir(), 'landfall-held-server-')) });
    const { seed } = faultsPlan();
    await writeOrders(file, { rows, seed, badTypes: 0.01, duplicateKeys: 0.05, multiline: 0.02, shuffle: true });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...words: string[]): Command =>
    new Command([...words, '--database-url', server.url, '--json'], join(folder, 'home'));
  const load = (...more: string[]): Command =>
    run('load', file, '--into', 'public.orders', '--key', 'id', '--slice-bytes', '1000000', ...more);

  const afresh = async (): Promise<void> => {
    await query(
      server.url,
      'drop table if exists public.orders; drop schema if exists landfall cascade; drop schema if exists landfall_staging cascade',
    );
    await createOrders(server.url);
  };

  it('is merged with the same verdict after two crashes of the server and a kill of the command that approved it', async () => {
    await afresh();
    expectLoaded(await load().ended);
    const reference = await checksum(server.url);

    await afresh();
    const { code, report } = await load('--approve', 'always').ended;
    expect(code).toBe(3);
    expect(report?.outcome).toBe('HELD');
    const loadId = String(report?.loadId);
    await server.crash();

    const approving = run('approve', loadId);
    await until(server.url, async () => ((await stagedByAttempt(server.url)).get(2) ?? 0) >= 2);
    approving.killAll();
    await approving.ended;
    await flushAborts(server.url);
    await server.crash();

    const approved = expectLoaded(await run('approve', loadId).ended);
    expect(approved.report).toMatchObject({ loadId: report?.loadId, outcome: 'LOADED', counts: report?.counts });
    expect(approved.report.approvedBy).toContain('@');
    expect(await checksum(server.url)).toBe(reference);
    await expectWhole(server.url);
    expect((await run('approve', loadId).ended).code).toBe(0);
    expect(await checksum(server.url)).toBe(reference);
  });
});
