import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../cli/run.ts';
import { type LastSuccess, selectLastSuccesses } from '../../cli/telemetry/telemetry-sql.ts';
import { many, withClient } from '../../functions/db/client.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { sampleProject } from '../support/sample-datasets.ts';

// What others are told of a load, and how stdin becomes one.

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'landfall-telemetry-'));
const events = join(folder, 'events.ndjson');
beforeAll(async () => {
  database = await testDatabase();
  await withClient({ connectionString: database.url, applicationName: 'test' }, async (db) => {
    await db.query('create table public.t (id integer primary key, "the name" varchar(20))');
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

async function typed(words: readonly string[], stdin?: string): Promise<{ code: number; out: string; err: string }> {
  const told = { out: '', err: '' };
  const code = await runCommand(words, {
    home: join(folder, 'home'),
    typedIn: folder,
    project: sampleProject(folder),
    env: { ...process.env, DATABASE_URL: database.url, OPENLINEAGE_URL: pathToFileURL(events).href },
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    redraw: () => undefined,
    terminalColumns: () => null,
    ...(stdin !== undefined && { stdin: () => Readable.from([Buffer.from(stdin)]) }),
    signal: new AbortController().signal,
  });
  return { code, ...told };
}

const into = ['--into', 'public.t', '--key', 'id'];

test('stdin is loaded once for its bytes, quietly, and lineage is told of it', { timeout: 120_000 }, async () => {
  const text = 'id,the name\n1,a\n2,b\n';
  expect(await typed(['load', '-', ...into, '--quiet'], text)).toEqual({ code: 0, out: '', err: '' });
  const again = await typed(['load', '-', ...into, '--json'], text);
  expect(JSON.parse(again.out)).toMatchObject({ outcome: 'ALREADY_LOADED', counts: { inserted: 2 } });
  const told = readFileSync(events, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  const sameRun = (told[0] as { run: { runId: string } }).run;
  expect(told).toMatchObject([
    { eventType: 'START', run: sameRun, job: { namespace: 'landfall', name: 'load.public.t' } },
    {
      eventType: 'COMPLETE',
      run: sameRun,
      inputs: [{ namespace: 'file', name: expect.stringMatching(/stdin\/[0-9a-f]{64}$/) }],
      outputs: [
        {
          name: `${new URL(database.url).pathname.slice(1)}.public.t`,
          facets: {
            schema: {
              fields: [
                { name: 'id', type: 'integer' },
                { name: 'the name', type: 'character varying(20)' },
              ],
            },
          },
          outputFacets: { outputStatistics: { rowCount: 2 } },
        },
      ],
    },
    { eventType: 'START' },
    { eventType: 'COMPLETE', outputs: [{ outputFacets: { outputStatistics: { rowCount: 0 } } }] },
  ]);
  const successes = await withClient({ connectionString: database.url, applicationName: 'test' }, (db) =>
    many<LastSuccess>(db, selectLastSuccesses()),
  );
  expect(successes).toEqual([{ dataset: 'public.t(id)', seconds: expect.closeTo(Date.now() / 1_000, -2) }]);
});

test('a refusal is said with --quiet too, and lists are JSON lines and CSV', { timeout: 120_000 }, async () => {
  writeFileSync(join(folder, 'bad.csv'), 'id,the name\nx,a\n');
  const refused = await typed(['load', 'b*.csv', ...into, '--quiet']);
  expect({ ...refused, out: refused.out.split('\n')[0] }).toMatchObject({
    code: 3,
    out: expect.stringMatching(/^bad\.csv into public\.t\(id\): refused/),
    err: '',
  });
  const lines = (await typed(['list', '--output', 'ndjson'])).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { outcome: 'REJECTED' },
    { outcome: 'LOADED' },
  ]);
  const csv = (await typed(['status', '--output', 'csv'])).out.split('\n');
  expect(csv[0]).toMatch(/^loadId,outcome,code,dataset,target,/);
  expect(csv[1]).toMatch(/^\d+,REJECTED,/);
  expect((await typed(['list', '--output', 'json'])).out).toBe((await typed(['list', '--json'])).out);
});
