import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LedgerUntrusted } from '../../functions/protocol/errors.ts';
import { trustedSql } from '../../functions/core/sql.ts';
import { type Db, execute, one, transaction, withClient } from '../../functions/db/client.ts';
import { missingMigrations, requireCurrentLedger } from '../../functions/ledger/trust/current-ledger.ts';
import { ledgerFaults } from '../../functions/ledger/trust/trusted-ledger.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import type { OperateDeps } from '../../functions/operate/deps.ts';
import { operate } from '../../functions/operate/operate.ts';
import { databaseName, loginUrl } from '../support/database-url.ts';
import { outside } from '../support/outside.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { codeBlocks } from '../unit/docs/documents.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

// Whoever may make a schema may make Landfall's first, or put something into it: code of theirs would run with the rights of whoever
// loads. Roles are the whole server's, so each run has its own names for those of the document, and for the attacker.

const mark = `planted_${randomBytes(4).toString('hex')}`;
const named = (text: string): string =>
  text.replaceAll(/\blandfall_(owner|loader|reader)\b/gu, `${mark}_$1`).replaceAll(/\bmallory/gu, `${mark}_mallory`);
const owner = `${mark}_owner`;
const [, ofLedger = ''] = codeBlocks('docs/deploy.md', 'sql');

/** The ledger of the document's roles; cloned for each test. */
let base: TestDatabase;
let database: TestDatabase;
beforeAll(async () => {
  base = await testDatabase();
  database = base;
  await run(`
    create role landfall_owner login password 'secret'; create role landfall_loader login password 'secret';
    create role landfall_reader login password 'secret'; create role mallory login password 'secret';
    grant create on database ${databaseName(base.url)} to landfall_owner;
    create table public.orders (id bigint primary key, note text);
    grant select, insert, update, maintain on public.orders to landfall_loader;
    create schema mallory authorization mallory`);
  await run(theft, 'mallory');
  await as('owner', (db) => migrate(db));
  await run(ofLedger, 'owner');
});
afterAll(async () => {
  await base.drop();
  database = await testDatabase();
  await run('drop role landfall_owner, landfall_loader, landfall_reader, mallory');
  await database.drop();
});
beforeEach(async () => {
  database = await testDatabase({ template: databaseName(base.url) });
});
afterEach(() => database.drop());

/** What mallory's code does with the rights of whoever runs it. */
const theft = `
  create function mallory.take() returns trigger language plpgsql as $$
  begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then alter role mallory superuser; end if;
    return new;
  end $$;
  create function mallory.taken(anyelement) returns boolean immutable language sql as 'select true';
  create function mallory.text() returns text immutable language sql as $$ select 'x' $$;`;

describe('a ledger that a role with CREATE on the database made first', () => {
  beforeEach(async () => {
    await run(
      `drop schema landfall, landfall_staging cascade; grant create on database ${databaseName(database.url)} to mallory`,
    );
    await as('mallory', (db) => migrate(db));
    await run(
      `create trigger take before insert or update on landfall.loads for each row execute function mallory.take();
       grant all on schema landfall, landfall_staging to public; grant all on all tables in schema landfall, landfall_staging to public`,
      'mallory',
    );
  });

  test.each(['load', 'retry', 'status', 'migrate', 'list', 'cancel', 'release', 'explain', 'rejects', 'backfill'])(
    '%s refuses it with words, and mallory gets no right of a superuser',
    async (verb) => {
      const world = standIn({ DATABASE_URL: database.url, PATH: process.env['PATH'] ?? '' });
      const file = join(world.folder, 'orders.csv');
      writeFileSync(file, 'id,note\n1,a\n');
      const words: Record<string, readonly string[]> = {
        load: [file, '--into', 'public.orders', '--key', 'id'],
        release: ['public.orders', '--reason', 'of the test'],
        cancel: ['1', '--reason', 'of the test'],
        backfill: ['', '--since', '1d'],
        retry: ['1'],
        explain: ['1'],
        rejects: ['1'],
      };
      const { code, err } = await type([verb, ...(words[verb] ?? [])], world);
      expect(code).not.toBe(0);
      expect(err).toContain('LEDGER_UNTRUSTED');
      expect(err).toContain(`the schema landfall belongs to ${mark}_mallory`);
      expect(await isSuperuser()).toBe(false);
    },
  );

  test.each([
    ['recorder', { detail: { executionArn: 'arn:1', status: 'FAILED' } }],
    ['sweep', { dataset: null, scheduledTime: '2026-01-01T00:00:00Z' }],
    ['migrate', {}],
  ])('the function %s refuses it too', async (name, event) => {
    const environment = { LANDFALL_LANDING: 'landing', LANDFALL_STATE_MACHINE: 'arn:2', AWS_REGION: 'eu-central-1' };
    Object.assign(process.env, { ...environment, DATABASE_URL: database.url, POWERTOOLS_LOG_LEVEL: 'SILENT' });
    const { handler } = (await import(`../../functions/${name}/handler.ts`)) as {
      handler: (event: unknown, context: object) => Promise<unknown>;
    };
    const calling = handler(event, { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 });
    await expect(calling).rejects.toMatchObject({ name: 'LEDGER_UNTRUSTED' });
    expect(await isSuperuser()).toBe(false);
  });

  test('doctor names the owner and each difference, and what to do', async () => {
    const { code, out } = await type(['doctor', '--json'], standIn({ DATABASE_URL: database.url }));
    expect(code).toBe(1);
    const said = ofLedgerChecks((JSON.parse(out) as { checks: readonly Check[] }).checks);
    expect(said).toContainEqual(expect.stringContaining(`the schema landfall belongs to ${mark}_mallory`));
    expect(said).toContainEqual(expect.stringContaining('the trigger take on landfall.loads'));
    expect(said).toContainEqual(
      expect.stringContaining(
        'everybody (PUBLIC) may delete, insert, references, trigger, truncate, update on landfall.loads',
      ),
    );
    expect(out).toContain('LANDFALL_LEDGER_OWNER');
  });
});

describe('a ledger that a role with CREATE on the database makes between the look and the reading', () => {
  // a sequence tells that code ran also where its transaction is rolled back
  const views = `
    create sequence mallory.ran;
    create function mallory.runs() returns boolean stable language plpgsql as $$
    begin return nextval('mallory.ran') > 0; end $$;
    do $$
    declare
      each record;
    begin
      for each in select relname from pg_class where relnamespace = 'landfall'::regnamespace and relkind = 'r' loop
        execute format('alter table landfall.%I rename to %I', each.relname, 'real_' || each.relname);
        execute format('create view landfall.%I as select * from landfall.%I where mallory.runs()', each.relname, 'real_' || each.relname);
      end loop;
    end $$`;

  test.each(['migrate', 'load', 'sweep', 'status', 'list', 'release', 'doctor'])(
    '%s reads nothing of it',
    async (what) => {
      await run(
        `drop schema landfall, landfall_staging cascade; grant create on database ${databaseName(database.url)} to mallory`,
      );
      await as(null, async (db) => {
        const query = db.query.bind(db) as (...given: unknown[]) => Promise<unknown>;
        let isPlanted = false;
        Object.assign(db, {
          query: async (...given: unknown[]) => {
            const answer = await query(...given);
            if (!isPlanted && String(given[0]).includes('pg_default_acl')) {
              isPlanted = true;
              await as('mallory', (own) => migrate(own));
              await run(views, 'mallory');
            }
            return answer;
          },
        });
        const uses: Record<string, () => Promise<unknown>> = {
          migrate: () => migrate(db, owner),
          load: () => requireCurrentLedger(db, owner),
          sweep: () => missingMigrations(db, owner),
        };
        const input = what === 'release' ? { target: 'public.orders' } : {};
        const ask = (): Promise<unknown> => operate({ verb: what, input, by: 'test', why: 'test' }, depsOf(db));
        await (uses[what] ?? ask)().catch(() => null);
        expect(isPlanted).toBe(true);
      });
      const { ran } = await as(null, (db) =>
        one<{ ran: boolean }>(db, trustedSql(named('select is_called as ran from mallory.ran'))),
      );
      expect(ran).toBe(false);
    },
  );
});

/** What is planted, as a superuser or as mallory with a right of the kind; what the refusal names. */
const planted: readonly (readonly [what: string, statements: string, names: RegExp])[] = [
  [
    'a trigger',
    'create trigger t before insert on landfall.loads for each row execute function mallory.take()',
    /trigger t on landfall\.loads/,
  ],
  [
    'a trigger on staging',
    'create trigger t before insert on landfall_staging.epochs for each row execute function mallory.take()',
    /trigger t on landfall_staging\.epochs/,
  ],
  [
    'a rule',
    'create rule r as on insert to landfall.slices do also select mallory.text()',
    /rule r on landfall\.slices/,
  ],
  ['a policy', 'create policy p on landfall.loads using (mallory.taken(1))', /policy p on landfall\.loads/],
  [
    'row-level security',
    'alter table landfall.loads enable row level security',
    /row-level security on landfall\.loads/,
  ],
  [
    'a child',
    'create table mallory.child () inherits (landfall.loads)',
    /mallory\.child is a child of landfall\.loads/,
  ],
  [
    'a parent',
    'create table mallory.parent (load_id bigint not null); alter table landfall.rejects inherit mallory.parent',
    /landfall\.rejects is a child of \w+mallory\.parent/,
  ],
  [
    'a default',
    'alter table landfall.loads alter column message set default mallory.text()',
    /default of landfall\.loads\.message/,
  ],
  [
    'a default that runs what it is given',
    `alter table landfall.loads alter column message set default pg_catalog.query_to_xml('select mallory.text()', true, true, '')::text`,
    /default of landfall\.loads\.message/,
  ],
  [
    'a generated column',
    'alter table landfall.loads add column g text generated always as (mallory.text()) stored',
    /default of landfall\.loads\.g/,
  ],
  [
    'a CHECK',
    'alter table landfall.loads add constraint c check (mallory.taken(attempt))',
    /constraint c on landfall\.loads/,
  ],
  [
    'a CHECK that runs what it is given',
    `alter table landfall.loads add constraint x check (pg_catalog.query_to_xml('select mallory.text()', true, true, '') is not null)`,
    /constraint x on landfall\.loads/,
  ],
  [
    'an index of an expression',
    'create index i on landfall.loads (mallory.taken(attempt))',
    /index landfall\.i on landfall\.loads/,
  ],
  [
    'an index with a condition',
    'create index j on landfall.loads (attempt) where mallory.taken(attempt)',
    /index landfall\.j on landfall\.loads/,
  ],
  [
    'a domain',
    'create domain mallory.d as text check (mallory.taken(value)); alter table landfall.loads alter column message type mallory.d',
    /uses type \w+mallory\.d/,
  ],
  [
    'a view in place of a table',
    'drop table landfall.migrations; create view landfall.migrations as select mallory.text() as name, now() as applied_at',
    /landfall\.migrations is no table but a view/,
  ],
  [
    'a function in the schema',
    'create function landfall.now() returns text language sql as $$ select mallory.text() $$',
    /function landfall\.now\(\) in the schema landfall/,
  ],
  [
    'an operator in the schema',
    'create operator landfall.=== (function = mallory.taken, rightarg = anyelement)',
    /operator landfall\.===\(NONE,anyelement\) in the schema landfall/,
  ],
  [
    'a foreign key from outside',
    'create table mallory.child (id bigint references landfall.loads on delete cascade)',
    /foreign key child_id_fkey from \w+mallory\.child to landfall\.loads/,
  ],
  [
    'a sequence of somebody else',
    `create sequence mallory.s; alter table landfall.operations alter column load_id set default nextval('mallory.s')`,
    /default of landfall\.operations\.load_id/,
  ],
  [
    'a table of somebody else',
    'alter table landfall.leases owner to mallory',
    /landfall\.leases belongs to \w+_mallory/,
  ],
  [
    'a schema of somebody else',
    'alter schema landfall_staging owner to mallory',
    /schema landfall_staging belongs to \w+_mallory/,
  ],
  [
    'a staging table of somebody else',
    'create table landfall_staging.l1_s0_typed (a int); alter table landfall_staging.l1_s0_typed owner to mallory',
    /landfall_staging\.l1_s0_typed belongs to \w+_mallory/,
  ],
  ['CREATE on the ledger', 'grant create on schema landfall to mallory', /mallory may create in the schema landfall/],
  [
    'CREATE on staging for everybody',
    'grant create on schema landfall_staging to public',
    /PUBLIC\) may create in the schema landfall_staging/,
  ],
  ['one schema alone', 'drop schema landfall_staging cascade', /schema landfall_staging is not there, beside landfall/],
  ['TRIGGER', 'grant trigger on landfall.loads to mallory', /mallory may trigger on landfall\.loads/],
  ['REFERENCES', 'grant references on landfall.loads to mallory', /mallory may references on landfall\.loads/],
  ['UPDATE', 'grant update on landfall.loads to mallory', /mallory may update on landfall\.loads/],
  [
    'UPDATE of one column',
    'grant update (contract) on landfall.loads to mallory',
    /mallory may update on landfall\.loads \(contract\)/,
  ],
  ['INSERT for everybody', 'grant insert on landfall.loads to public', /PUBLIC\) may insert on landfall\.loads/],
  [
    'a right to grant',
    'grant select on landfall.loads to mallory with grant option',
    /mallory may grant select on landfall\.loads/,
  ],
  [
    'rights by default',
    'alter default privileges for role landfall_owner in schema landfall grant insert on tables to mallory',
    /mallory may insert on what \w+_owner will make in landfall/,
  ],
  [
    'an event trigger',
    'create function mallory.heard() returns event_trigger language plpgsql as $$ begin end $$; alter function mallory.heard() owner to mallory; create event trigger heard on ddl_command_end execute function mallory.heard()',
    /event trigger heard, whose function belongs to \w+_mallory/,
  ],
  [
    'a column of another type',
    'alter table landfall.loads alter column message type varchar(10)',
    /column landfall\.loads\.message is 'character varying\(10\)' and not 'text'/,
  ],
  [
    'a column that is missing',
    'alter table landfall.loads drop column message',
    /lacks the column landfall\.loads\.message/,
  ],
  [
    'a constraint that is missing',
    'alter table landfall.rejects drop constraint rejects_pkey',
    /lacks the constraint rejects_pkey of landfall\.rejects/,
  ],
];

describe('in the ledger of the roles of docs/deploy.md', () => {
  test.each(planted)(
    '%s is refused by every verb, as a superuser and as the loader, and named by doctor',
    async (_what, statements, names) => {
      await run(statements);
      for (const who of [null, 'loader'] as const) {
        await as(who, async (db) => {
          const refused = async (attempt: Promise<unknown>): Promise<void> => {
            const error: unknown = await attempt.then(
              () => null,
              (thrown: unknown) => thrown,
            );
            expect(error).toBeInstanceOf(LedgerUntrusted);
            expect((error as Error).message).toMatch(names);
          };
          await refused(requireCurrentLedger(db, owner));
          await refused(migrate(db, owner));
          const isOfShape = /lacks|and not/.test(names.source);
          if (!isOfShape) {
            await refused(operate({ verb: 'status', by: 'test' }, depsOf(db)));
            await refused(operate({ verb: 'retry', input: { loadId: 1 }, by: 'test' }, depsOf(db)));
          }
          const { checks } = (await operate({ verb: 'doctor', by: 'test' }, depsOf(db))) as {
            checks: readonly Check[];
          };
          expect(ofLedgerChecks(checks).join('\n')).toMatch(names);
        });
      }
    },
  );

  test('what doctor says to run mends it', async () => {
    const mendable = planted.filter(([, statements]) =>
      /^(create (trigger|rule|policy|index)|alter table \S+ (enable|add constraint)|grant|alter default)/.test(
        statements,
      ),
    );
    expect(mendable.length).toBeGreaterThan(12);
    for (const [, statements] of mendable) await run(statements);
    const checksNow = async (): Promise<readonly Check[]> =>
      ((await as(null, (db) => operate({ verb: 'doctor', by: 'test' }, depsOf(db)))) as { checks: readonly Check[] })
        .checks;
    // twice: while everybody may stage, mallory is a loader like others
    for (let round = 0; round < 2; round += 1) {
      const fixes = (await checksNow()).flatMap(({ check, state, fix }) =>
        check === 'ledger' && state === 'failed' ? [fix?.split('\n')[1] ?? ''] : [],
      );
      await run(fixes.join('\n'));
    }
    expect((await checksNow()).filter(({ check, state }) => check.startsWith('ledger') && state !== 'ok')).toEqual([]);
  });

  test('all is well as it is made: for the owner, the loader, the reader and a superuser', async () => {
    for (const who of ['owner', 'loader', 'reader', null] as const) {
      await as(who, async (db) => {
        await requireCurrentLedger(db, owner);
        expect(await migrate(db, owner)).toEqual({ applied: [] });
        await operate({ verb: 'status', by: 'test' }, depsOf(db));
      });
    }
  });

  test('without the name of its owner it is refused, and with another name too', async () => {
    for (const name of [null, `${mark}_mallory`]) {
      await expect(as('loader', (db) => requireCurrentLedger(db, name))).rejects.toThrow(
        `the schema landfall belongs to ${owner}`,
      );
      await expect(as(null, (db) => requireCurrentLedger(db, name))).rejects.toThrow(
        `the schema landfall belongs to ${owner}`,
      );
    }
  });

  test('the default name of the owner counts for a loader, and for a superuser only where it is named', async () => {
    await as(null, async (db) => {
      const rolledBack = transaction(db, {}, async () => {
        await execute(db, trustedSql(`create role landfall_owner`));
        await execute(db, trustedSql(`reassign owned by ${owner} to landfall_owner`));
        const ofSuperuser = { unnamed: await ledgerFaults(db, null), named: await ledgerFaults(db, 'landfall_owner') };
        await execute(db, trustedSql(named('set local role landfall_loader')));
        const ofSetRole = await ledgerFaults(db, null);
        await execute(db, trustedSql('reset role'));
        await execute(db, trustedSql(named('set local session authorization landfall_loader')));
        const ofLoader = await ledgerFaults(db, null);
        throw Object.assign(new Error('rolled back'), { ofSuperuser, ofSetRole, ofLoader });
      });
      await expect(rolledBack).rejects.toMatchObject({
        ofSuperuser: {
          unnamed: {
            foreign: expect.arrayContaining([
              expect.objectContaining({ what: 'the schema landfall belongs to landfall_owner', fix: null }),
            ]),
          },
          named: noFaults,
        },
        // code that a superuser's session runs under another role sets its role back
        ofSetRole: {
          foreign: expect.arrayContaining([
            { kind: 'foreign', what: 'the schema landfall belongs to landfall_owner', fix: null },
          ]),
        },
        ofLoader: noFaults,
      });
    });
  });

  test('the owner of the database may own it', async () => {
    await run(`alter database ${databaseName(database.url)} owner to landfall_owner`);
    for (const who of ['loader', null] as const)
      expect(await as(who, (db) => ledgerFaults(db, null))).toEqual(noFaults);
  });

  test('no setting of the database makes it look otherwise', async () => {
    await run(`alter database ${databaseName(database.url)} set quote_all_identifiers = on;
      alter database ${databaseName(database.url)} set search_path = landfall, public`);
    for (const who of ['loader', null] as const)
      expect(await as(who, (db) => ledgerFaults(db, owner))).toEqual(noFaults);
  });

  test('no statement takes a right from an owner, who may be the right one', async () => {
    const { foreign } = await as(null, (db) => ledgerFaults(db, null));
    expect(foreign.map(({ fix }) => fix)).not.toContainEqual(expect.stringContaining(`from ${owner}`));
    expect(foreign.map(({ what }) => what)).toContain(`the schema landfall belongs to ${owner}`);
  });

  test('what an owner may let others do is no difference', async () => {
    await run(`
      grant select, delete on landfall.rejects to mallory; grant maintain on all tables in schema landfall to mallory;
      alter default privileges for role landfall_owner grant select, insert, update, delete on tables to mallory;
      create publication p for all tables; comment on table landfall.loads is 'loads'; create index on landfall.rejects (line);
      create index on landfall.loads (started_at) where outcome = 'FAILED' and ended_at is not null;
      create statistics landfall.s on dataset, target from landfall.loads; create view public.recent as select * from landfall.loads;
      alter table landfall.loads set (autovacuum_vacuum_scale_factor = 0.01), replica identity full;
      alter table landfall.loads add column remark text`);
    for (const who of ['loader', null] as const)
      expect(await as(who, (db) => ledgerFaults(db, owner))).toEqual(noFaults);
  });

  test('what its maker lets others do with all its tables is taken from those of the ledger, and no trigger is let in', async () => {
    const made = async (): Promise<unknown> => {
      await run('drop schema if exists landfall, landfall_staging cascade');
      return await as('owner', (db) => migrate(db, owner));
    };
    await run(`grant create on database ${databaseName(database.url)} to landfall_owner;
      alter default privileges for role landfall_owner grant select, insert, update on tables to mallory`);
    expect(await made()).toMatchObject({ applied: expect.arrayContaining(['0001_ledger.sql']) });
    expect(await as('owner', (db) => ledgerFaults(db, owner))).toEqual(noFaults);
    const { may } = await as(null, (db) =>
      one<{ may: string }>(
        db,
        trustedSql(
          named(`
          select concat_ws(' ', has_table_privilege('mallory', 'landfall.loads', 'select'),
            has_table_privilege('mallory', 'landfall.loads', 'insert')) as may`),
        ),
      ),
    );
    expect(may).toBe('t f');
    await run('alter default privileges for role landfall_owner grant all on tables to mallory');
    await run('drop schema landfall, landfall_staging cascade');
    const { checks } = (await as('owner', (db) => operate({ verb: 'doctor', by: 'test' }, depsOf(db)))) as {
      checks: readonly Check[];
    };
    const fixes = checks.flatMap(({ check, state, fix }) => (check === 'ledger' && state === 'failed' ? [fix] : []));
    expect(fixes).toHaveLength(1);
    await expect(made()).rejects.toThrow(`${mark}_mallory may trigger on what ${owner} will make`);
    await run(fixes[0]?.split('\n')[1] ?? '');
    expect(await made()).toMatchObject({ applied: expect.arrayContaining(['0001_ledger.sql']) });
  });

  test('a second loader beside the first is no stranger', async () => {
    await run(
      `grant usage, create on schema landfall_staging to mallory; grant select, insert, update, delete on landfall.loads to mallory`,
    );
    expect(await as('loader', (db) => ledgerFaults(db, owner))).toEqual(noFaults);
  });

  test('it passes when its dump was restored by an administrator, who owns all of it then', async () => {
    await run(`
      reassign owned by landfall_owner to current_user;
      do $$
      declare
        each record;
      begin
        for each in
          select conname, conrelid::regclass as relation, pg_get_constraintdef(oid) as words
          from pg_constraint where connamespace = 'landfall'::regnamespace and contype = 'c'
        loop
          execute format('alter table %s drop constraint %I', each.relation, each.conname);
          execute format('alter table %s add constraint %I %s', each.relation, each.conname, each.words);
        end loop;
      end $$`);
    for (const who of ['loader', null] as const)
      expect(await as(who, (db) => ledgerFaults(db, null))).toEqual(noFaults);
  });

  test('doctor names who can become its owner', async () => {
    await run('grant landfall_owner to mallory');
    const { checks } = (await as('loader', (db) => operate({ verb: 'doctor', by: 'test' }, depsOf(db)))) as {
      checks: readonly Check[];
    };
    expect(checks).toContainEqual(
      expect.objectContaining({
        check: 'ledger owner',
        state: 'note',
        said: expect.stringContaining(`${mark}_mallory can become it`),
      }),
    );
    await run('revoke landfall_owner from mallory');
  });
});

const noFaults = { isThere: true, foreign: [], shape: [] };

type Check = { readonly check: string; readonly state: string; readonly said: string; readonly fix: string | null };

function ofLedgerChecks(checks: readonly Check[]): readonly string[] {
  return checks.filter(({ check, state }) => check === 'ledger' && state === 'failed').map(({ said }) => said);
}

/** Verbs that are refused ask for nothing else. */
function depsOf(db: Db): OperateDeps {
  return {
    db,
    place: 'test',
    ledgerOwner: owner,
    datasets: [],
    ownerIsAlive: () => false,
    now: () => new Date(),
    millisecondsLeft: () => Infinity,
    recordBytes: 1,
  } as unknown as OperateDeps;
}

/** As one of the roles; null: the run's superuser. */
async function as<T>(who: 'owner' | 'loader' | 'reader' | 'mallory' | null, use: (db: Db) => Promise<T>): Promise<T> {
  const url = who === null ? database.url : loginUrl(database.url, `${mark}_${who}`);
  return await withClient({ connectionString: url, applicationName: 'test' }, use);
}

async function run(text: string, who: 'owner' | 'mallory' | null = null): Promise<void> {
  await as(who, (db) => outside(db, trustedSql(named(text))));
}

async function isSuperuser(): Promise<boolean> {
  const found = await as(null, (db) =>
    one<{ rolsuper: boolean }>(db, trustedSql(named(`select rolsuper from pg_roles where rolname = 'mallory'`))),
  );
  return found.rolsuper;
}
