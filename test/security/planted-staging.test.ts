import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import { withClient } from '../../functions/db/client.ts';
import type { Invocation, Pipeline } from '../support/pipeline.ts';
import { testPipeline } from '../support/pipeline.ts';
import { loginUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';

// A loader owns the staging tables that it made, and may make others beside them. Whoever goes on with its load as another role, a
// superuser above all, must not read or write those: their owner can put a trigger on them at any moment.

const loader = `staging_${randomBytes(4).toString('hex')}_loader`;
const into = { into: 'public.t', businessKey: ['id'] };

let pipeline: Pipeline;
/** Whom the functions log in as; null: the run's superuser. */
let who: string | null;
let path: string;
beforeEach(async () => {
  who = loader;
  pipeline = await testPipeline('create table public.t (id integer primary key, n integer)', { url: loginOf });
  await pipeline.run(`
    create role ${loader} login password 'secret';
    create schema theirs authorization ${loader};
    grant usage on schema landfall to ${loader};
    grant usage, create on schema landfall_staging to ${loader};
    grant select, insert, update, delete on all tables in schema landfall, landfall_staging to ${loader};
    grant select, insert, update, maintain on public.t to ${loader}`);
  await asLoader(`
    create function theirs.take() returns trigger language plpgsql as $$
    begin
      if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then alter role ${loader} superuser; end if;
      return new;
    end $$`);
  // a sign in front is judged by the server, and moved to the typed half then
  path = await pipeline.file('a.csv', 'id,n\n1,1\n2,+2\n3,x\n');
});
afterEach(async () => {
  await pipeline.run(`drop owned by ${loader} cascade; drop role ${loader}`);
  await pipeline.end();
});

const trigger = `create trigger take before insert or update on landfall_staging.l1_s0_typed for each row execute function theirs.take()`;

describe.each(['ValidateSlice', 'Transform', 'MergeLane', 'Finish'])(
  'a load that a loader began and that failed at %s',
  (state) => {
    test('is staged again by a superuser who goes on with it, whatever is put on the tables meanwhile', async () => {
      await failAt(state);
      who = null;
      at('AcquireLease', () => asLoader(trigger));
      expect(await pipeline.load(path, into)).toMatchObject({
        outcome: 'LOADED',
        counts: { inserted: 2, rejected: 1 },
      });
      expect(await isSuperuser()).toBe(false);
    });
  },
);

test('a trigger that is there already when a superuser goes on is refused, and named', async () => {
  await failAt('ValidateSlice');
  await asLoader(trigger);
  who = null;
  const ended = await pipeline.execute({ bucket: 'file://', key: path, ...into });
  expect(ended).toMatchObject({
    status: 'FAILED',
    error: 'LEDGER_UNTRUSTED',
    cause: expect.stringContaining('the trigger take on landfall_staging.l1_s0_typed'),
  });
  expect(await isSuperuser()).toBe(false);
});

test.each([
  [
    'a table',
    'create table landfall_staging.l1_verdicts (slice integer, record_no integer, disposition "char")',
    'LOADED',
  ],
  ['a view', 'create view landfall_staging.l1_verdicts as select 1 as slice', 'refused'],
])(
  '%s that a loader makes under the name of a superuser’s staging, while it loads, is not used',
  async (_what, statement, end) => {
    who = null;
    at('Compose', () => asLoader(statement));
    const ended = await pipeline.execute({ bucket: 'file://', key: path, ...into });
    expect(ended).toMatchObject(
      end === 'LOADED'
        ? { status: 'SUCCEEDED', output: { outcome: 'LOADED' } }
        : {
            status: 'FAILED',
            error: 'LEDGER_UNTRUSTED',
            cause: expect.stringContaining('l1_verdicts has the name of a staging table'),
          },
    );
  },
);

/** Runs the load until it comes to this state. */
async function failAt(state: string): Promise<void> {
  pipeline.before = ({ event }: Invocation) => {
    if (event['state'] === state) throw new Error(`no ${state} today`);
  };
  const { status } = await pipeline.execute({ bucket: 'file://', key: path, ...into });
  pipeline.before = null;
  // as the recorder would: the lease is free
  await pipeline.run(`delete from landfall.leases; update landfall.loads set outcome = 'FAILED'`);
  expect(status).toBe('FAILED');
}

/** Once, before the first call of a state. */
function at(state: string, act: () => Promise<void>): void {
  let acted: Promise<void> | null = null;
  pipeline.before = async ({ event }) => {
    if (event['state'] === state) await (acted ??= act());
  };
}

function loginOf(database: string): string {
  return who === null ? database : loginUrl(database, who);
}

async function asLoader(statement: string): Promise<void> {
  const connectionString = loginUrl(pipeline.url, loader);
  await withClient({ connectionString, applicationName: 'test' }, (db) => outside(db, trustedSql(statement)));
}

async function isSuperuser(): Promise<boolean | undefined> {
  const [found] = await pipeline.rows<{ rolsuper: boolean }>(
    trustedSql(`select rolsuper from pg_roles where rolname = '${loader}'`),
  );
  return found?.rolsuper;
}
