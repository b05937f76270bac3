import { afterAll, beforeAll, expect, test } from 'vitest';
import { standIn, type } from '../unit/cli/terminal.ts';
import { loginUrl } from '../support/database-url.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// What PostgreSQL 16 does not have (docs/versions.md). Runs on 16 alone.

const loader = `before_17_${process.pid}`;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(`create table public.t (id integer primary key, name text);
    create role ${loader} login password 'secret';
    grant usage, create on schema landfall_staging to ${loader}; grant usage on schema landfall to ${loader};
    grant select, insert, update, delete on all tables in schema landfall, landfall_staging to ${loader};
    grant select, insert, update on public.t to ${loader}`);
});
afterAll(async () => {
  await pipeline.run(`drop owned by ${loader}; drop role ${loader}`);
  await pipeline.end();
});

test('a loader that cannot be given MAINTAIN lacks nothing, and is told who takes statistics', async () => {
  const url = loginUrl(pipeline.url, loader);
  const { out } = await type(['doctor', 'public.t', '--database-url', url], standIn());
  expect(out).toContain(`${loader} may load it; its statistics are taken by autovacuum alone`);
  expect(out).not.toMatch(/maintain/i);
  expect(out).toMatch(/ok +version +PostgreSQL 16\./);
});
