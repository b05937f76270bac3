import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { startTemporaryServer, type TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { Command, kill } from './command.ts';
import { checksum, createOrders, expectLoaded, expectWhole, query, received, until } from './orders.ts';
import { faultsPlan } from './plan.ts';

const rows = 100_000;

/** kill -9 of any backend makes PostgreSQL recover, and recovery empties every UNLOGGED table: all staging, and its epoch. */
describe('a load whose server crashes', () => {
  let folder: string;
  let file: string;
  let server: TemporaryServer;
  let reference: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-crash-'));
    file = join(folder, 'orders.csv');
    server = await startTemporaryServer({ directory: await mkdtemp(join(tmpdir(), 'landfall-crash-server-')) });
    const { seed } = faultsPlan();
    await writeOrders(file, { rows, seed, badTypes: 0.01, duplicateKeys: 0.05, multiline: 0.02, shuffle: true });
    await createOrders(server.url);
    expectLoaded(await load().ended);
    reference = await checksum(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const load = (): Command =>
    new Command(
      [
        'load',
        file,
        '--into',
        'public.orders',
        '--key',
        'id',
        '--database-url',
        server.url,
        '--json',
        '--slice-bytes',
        '1000000',
      ],
      join(folder, 'home'),
    );

  it.each([
    ['after the third slice was staged', ({ staged }: Progress) => staged >= 3],
    ['after the second slice was validated', ({ validated }: Progress) => validated >= 2],
    ['after the second batch was merged', ({ merged }: Progress) => merged >= 2],
  ])('%s ends as if nothing had happened: the staging is proven lost and filled again', async (_, isMoment) => {
    await query(
      server.url,
      'drop table public.orders; drop schema landfall cascade; drop schema landfall_staging cascade',
    );
    await createOrders(server.url);
    const command = load();
    let victim: { pid: number } | undefined;
    await until(server.url, async () => {
      if (!isMoment(await received(server.url))) return false;
      // between two calls there may be none for a moment
      [victim] = await query<{ pid: number }>(
        server.url,
        `select pid from pg_stat_activity where application_name like 'landfall:%' limit 1`,
      );
      return victim !== undefined;
    });
    kill(victim?.pid ?? 0);
    const { report } = expectLoaded(await command.ended);
    expect(report.outcome).toBe('LOADED');
    expect(await checksum(server.url)).toBe(reference);
    await expectWhole(server.url);
  });
});

type Progress = Awaited<ReturnType<typeof received>>;
