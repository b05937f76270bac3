import { afterAll, beforeAll, expect, it } from 'vitest';
import { datasets } from '../support/sample-datasets.ts';
import { withClient } from '../../functions/db/client.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { openDirectoryStore } from '../../functions/objects/directory/directory-store.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { tellFailure } from '../../functions/recorder/tell.ts';
import { sweep } from '../../functions/sweep/step.ts';
import { captureNames } from '../support/captured-names.ts';
import { databaseName } from '../support/database-url.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

// A twin of every function, operator and type of PostgreSQL in a schema named like the role, and in that of an application, both
// before pg_catalog in the search_path. Each twin raises: a statement that is captured fails, and says so.

const plant = (url: string): string => {
  const user = new URL(url).username;
  return `${captureNames}; ${captureNames.replaceAll(/\bcapture\b/g, user)};
    alter database ${databaseName(url)} set search_path = "$user", capture, public, pg_catalog`;
};

let pipeline: Pipeline;
let empty: TestDatabase;
beforeAll(async () => {
  pipeline = await testPipeline(`
    create table public.item (id serial primary key, name varchar(9) check (length(name) < 6), at timestamptz, tags text[]);
    create unique index on public.item (lower(name));
    insert into public.item (id, name) values (1, 'one')`);
  await pipeline.run(plant(pipeline.url));
  empty = await testDatabase();
});
afterAll(async () => {
  await pipeline.end();
  await empty.drop();
});

it('what is planted captures a statement that does not say what it means', async () => {
  await expect(pipeline.run('select 1 + 1')).rejects.toThrow('operator + was captured');
  await expect(pipeline.run(`select length('x'::pg_catalog.text)`)).rejects.toThrow('function length was captured');
});

it('no statement of a load is captured: dry run, load, careful merge, failure, sequences', async () => {
  const into = { into: 'public.item', businessKey: ['id'], timeZone: 'Europe/Berlin' };
  const path = await pipeline.file(
    'a.csv',
    'id,name,at,tags\n1,uno,2024-01-02 03:04:05,"{a}"\n2,two,,\n3,toolong,,\n4,Two,,\n2,zwei,,\nx,y,,{',
  );
  expect((await pipeline.load(path, { ...into, dryRun: true })).counts).toMatchObject({ records: 6 });
  expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'LOADED', counts: { records: 6, updated: 1 } });
  expect(await pipeline.load(path, { ...into, force: true })).toMatchObject({ outcome: 'LOADED' });
  const missing = await pipeline.file('b.csv', 'id,nam\n1,x');
  expect(await pipeline.load(missing, into)).toMatchObject({ outcome: 'REJECTED', code: 'UNKNOWN_COLUMN' });
  const nowhere = await pipeline.load(path, { into: 'public.itme', businessKey: ['id'] });
  expect(nowhere).toMatchObject({ outcome: 'REJECTED', code: 'NO_SUCH_TABLE' });
});

it.each([
  'doctor public.item',
  'status',
  'list',
  'explain 2',
  'rejects 2',
  'cancel 2',
  'release public.item',
  'retry 2',
  'retry --failed --since 24h',
  'migrate',
])('no statement of %s is captured', async (typed) => {
  const { out, err } = await type([...typed.split(' '), '--database-url', pipeline.url], standIn());
  expect(out + err).not.toMatch(/captured|domain|42883|42804/);
  expect(out + err).not.toBe('');
});

it('no statement of the recorder and the sweep is captured', async () => {
  const told: string[] = [];
  const tell = async ({ text }: { text: string }): Promise<void> => void told.push(text);
  await pipeline.run(`
    set search_path = pg_catalog;
    insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, execution)
    values ('d', 'public.item', 'b', 'k', '1', 1, 1, '{}', 'arn:one')`);
  const swept = await pipeline.connect(async (db) => {
    const end = { executionArn: 'arn:one', status: 'FAILED', error: 'DatabaseAway' } as const;
    await recordFailure(db, end);
    await tellFailure(end, { db, tell, emit: () => undefined, stack: null });
    return await sweep({
      ...{ db, tell, landing: 'landing', sources: null, datasets, stack: null, emit: () => undefined, now: Date.now },
      ...{ storeFor: async () => openDirectoryStore(), reports: null },
      store: { ...openDirectoryStore(), list: async function* () {} },
      executions: { start: async () => 'arn:retried', lookAt: async () => ({ isRunning: false, endedAt: null }) },
      connectAs: () => Promise.reject(new Error('no index is missing')),
      millisecondsLeft: () => 300_000,
    });
  });
  expect(swept).toMatchObject({ listedAll: true });
  expect(told).toHaveLength(1);
});

it('no statement of a migration is captured', async () => {
  await withClient({ connectionString: empty.url, applicationName: 'test' }, (db) => db.query(plant(empty.url)));
  const applied = await withClient({ connectionString: empty.url, applicationName: 'test' }, (db) => migrate(db));
  expect(applied.applied.length).toBeGreaterThan(5);
});
