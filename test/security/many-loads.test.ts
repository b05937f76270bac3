import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, many, withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { runCommand } from '../../cli/run.ts';
import { verbs } from '../../cli/verbs.ts';
import { throwawaySettings } from '../../localstack/embedded/server/settings.ts';
import { startTemporaryServer, type TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { outside } from '../support/outside.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { ledgerless, typedVerbs } from '../support/typed-verbs.ts';
import { standIn } from '../unit/cli/terminal.ts';

// A server with few connections, and more who want one: nobody is kept from an answer, and every load ends as it should.

const connections = 10;
/** Of each kind; 50 by hand. */
const loads = Number(process.env['LANDFALL_MANY_LOADS'] ?? 6);
const numbers = Array.from({ length: loads }, (_, i) => i);

let server: TemporaryServer;
let pipeline: Pipeline;
beforeAll(async () => {
  server = await startTemporaryServer({
    directory: await mkdtemp(join(tmpdir(), 'landfall-few-')),
    settings: { ...throwawaySettings, max_connections: String(connections) },
  });
  pipeline = await testPipeline('', { url: () => server.url, waits: 0.2 });
  await onServer(async (db) => {
    await migrate(db);
    for (const table of ['one', 'same', ...numbers.map((n) => `t${n}`)])
      await outside(db, trustedSql(`create table public.${table} (id integer primary key, v integer)`));
  });
});
afterAll(async () => {
  await pipeline.end();
  await server.stop();
});

const onServer = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
  withClient({ connectionString: server.url, applicationName: 'test' }, use);
const rows = <Row extends object>(text: string): Promise<Row[]> =>
  onServer((db) => many<Row>(db, sql`${trustedSql(text)}`));

/** Takes connections until there are no more; gives so many back, or all that are left. */
async function takeAll(): Promise<(atMost?: number) => Promise<void>> {
  const taken: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: server.url, application_name: 'somebody else' });
    client.on('error', () => undefined);
    const isIn = await client.connect().then(
      () => true,
      () => false,
    );
    if (!isIn) break;
    taken.push(client);
  }
  return async (atMost = taken.length) =>
    void (await Promise.all(taken.splice(0, atMost).map((client) => client.end())));
}

it('where no connection is left every verb says so within 15 s; a load says that it waits, and is done with a single one', async () => {
  const typed = typedVerbs({ file: 'few.csv', table: 'public.one' });
  const giveBack = await takeAll();
  const answer = async (
    verb: string,
  ): Promise<{ verb: string; ended: Promise<number>; printed: { err: string; out: string } }> => {
    const { folder, context, printed } = standIn({ DATABASE_URL: server.url });
    await writeFile(join(folder, 'few.csv'), 'id,v\n-1,1\n');
    const signal = verb === 'load' ? context.signal : AbortSignal.timeout(15_000);
    const ended = runCommand([verb, ...(typed[verb] ?? [])], { ...context, signal });
    const words = /has no connection left/;
    const startedAt = performance.now();
    while (!words.test(printed.out + printed.err)) {
      await sleep(50);
      expect(performance.now() - startedAt, verb).toBeLessThan(15_000);
    }
    return { verb, ended, printed };
  };
  const asking = Object.keys(verbs).filter((verb) => !ledgerless.includes(verb));
  const all = await Promise.all(asking.map(answer));
  await Promise.all(all.map(async ({ verb, ended }) => (verb === 'load' ? 0 : await ended)));
  await giveBack(1);
  for (const { ended, printed } of all.filter(({ verb }) => verb === 'load')) {
    expect(await ended, printed.err).toBe(0);
    expect(printed.err).toContain('waiting for a connection');
    expect(printed.out).toContain('loaded (load');
  }
  await giveBack();
}, 120_000);

it('loads at once, into one table, into one each, and of one object, all end once and balance', async () => {
  const content = (n: number): string =>
    `id,v\n${[0, 1, 2].map((i) => `${n * 10 + i},${i}\n`).join('')}${n * 10},9\nx,1\n`;
  const same = await pipeline.file('same.csv', content(0));
  const requests = await Promise.all(
    numbers.map(async (n) => {
      const key = await pipeline.file(`f${n}.csv`, content(n));
      return [
        { key, into: 'public.one' },
        { key, into: `public.t${n}` },
        { key: same, into: 'public.same' },
      ];
    }),
  );
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 200);
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  const results = await Promise.all(
    requests.flat().map((request) => pipeline.execute({ bucket: 'file://', businessKey: ['id'], ...request })),
  );
  clearInterval(watching);
  if (process.env['LANDFALL_MANY_LOADS'] !== undefined)
    process.stdout.write(`${results.length} loads, ${performance.now() - startedAt} ms, ${before} to ${most} bytes\n`);

  expect(results.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  const outcomes = results.map((result) => (result as { output: { outcome: string } }).output.outcome);
  expect(outcomes.filter((outcome) => outcome === 'ALREADY_LOADED')).toHaveLength(loads - 1);
  expect(outcomes.filter((outcome) => outcome === 'LOADED')).toHaveLength(2 * loads + 1);
  const told = await rows<{ outcome: string; n: number; alike: boolean }>(`
    select outcome, count(*)::integer as n,
      bool_and((records, rejected, duplicate, inserted, updated, unchanged) = (5, 1, 1, 3, 0, 0)) as alike
    from landfall.loads where (key not like '%few.csv') group by outcome`);
  expect(told).toEqual([{ outcome: 'LOADED', n: 2 * loads + 1, alike: true }]);
  const [left] = await rows(`select (select count(*)::integer from landfall.leases) as leases,
    (select count(*)::integer from landfall.waiters) as waiters,
    (select count(*)::integer from public.one where (id >= 0)) as rows`);
  expect(left).toEqual({ leases: 0, waiters: 0, rows: 3 * loads });
  expect(most - before).toBeLessThan(300e6);
}, 600_000);
