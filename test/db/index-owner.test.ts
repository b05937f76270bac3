import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import { type Db, many, one, withClient } from '../../functions/db/client.ts';
import { bringBack } from '../../functions/indexes/bring-back.ts';
import { dropPlanned } from '../../functions/indexes/drop.ts';
import { indexChecks } from '../../functions/operate/checks/index-checks.ts';
import { loginUrl } from '../support/database-url.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// What doctor tells to type is enough for a loader of any kind, and no more than it takes.

const owner = 'Owns "the" index';
const loader = 'loads_indexes';
const stranger = 'sees_indexes';
const quotedOwner = '"Owns ""the"" index"';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ ledger: true });
  await database.run(
    trustedSql(`create role ${quotedOwner} login password 'secret';
    create role ${loader} login noinherit password 'secret';
    create role ${stranger} login password 'secret';
    grant usage on schema landfall to ${loader};
    grant select, insert, update, delete on landfall.indexes to ${loader};
    create schema shop authorization ${quotedOwner};
    grant usage on schema shop to ${loader};
    set role ${quotedOwner};
    create table shop.orders (id integer primary key, placed date, note text);
    create index orders_placed on shop.orders (placed) where (placed > date '2020-02-01');
    comment on index shop.orders_placed is 'it''s';
    create index orders_note on shop.orders (lower(note) collate "C" desc nulls last) with (fillfactor = 70);
    alter index shop.orders_note alter column 1 set statistics 500;
    alter table shop.orders cluster on orders_note;
    reset role`),
  );
});
afterAll(async () => {
  const roles = `${quotedOwner}, ${loader}, ${stranger}`;
  await database.run(trustedSql(`drop owned by ${roles}; drop role ${roles}`));
  await database.drop();
});

const look = sql`
  select c.relname as name, pg_catalog.pg_get_indexdef(c.oid) as definition, pg_catalog.obj_description(c.oid, 'pg_class') as comment,
    c.reloptions, pg_catalog.pg_get_userbyid(c.relowner) as owner, i.indisvalid, i.indisclustered,
    (select json_agg(attstattarget order by attnum) from pg_catalog.pg_attribute where (attrelid = c.oid)) as statistics
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on (c.oid = i.indexrelid)
  where (i.indrelid = 'shop.orders'::regclass)
  order by c.relname collate "C"`;

const as = <T>(role: string, use: (db: Db) => Promise<T>): Promise<T> =>
  withClient({ connectionString: loginUrl(database.url, role), applicationName: 'test' }, use);

test('a loader that is granted what doctor prints drops indexes and brings them back, the owner’s as before', async () => {
  const wanted = [{ schema: 'shop', table: 'orders' }];
  const asked = { wanted, role: loader, isCurrent: false };
  const [note] = await as(loader, (db) => indexChecks(db, asked));
  const [words = '', ...grants] = (note?.fix ?? '').split('\n');
  expect(words).toMatch(/a superuser, or whoever may grant the role/u);
  await database.run(trustedSql(grants.join('\n')));
  expect(await as(loader, (db) => indexChecks(db, asked))).toEqual([]);

  const before = await database.rows(look);
  await as(loader, async (db) => {
    const { oid } = await one<{ oid: number }>(db, sql`select 'shop.orders'::regclass::oid::integer as oid`);
    const dropped = await dropPlanned(db, {
      ...{ loadId: 1, targetName: 'it', target: { schema: 'shop', table: 'orders', oid } },
      ...{ names: ['orders_note', 'orders_placed'], lockTimeoutMs: 1_000, beside: null },
      guard: () => Promise.resolve(),
    });
    expect(dropped).toEqual(['orders_note', 'orders_placed']);
    expect(await many(db, look)).toHaveLength(1);
    const connectAs = <T>(_name: string, use: (own: Db) => Promise<T>): Promise<T> => as(loader, use);
    const deps = { db, connectAs, lockTimeoutMs: 1_000, millisecondsLeft: () => 60_000, isLive: false, memory: null };
    expect(await bringBack('it', deps)).toEqual({ kind: 'done' });
  });
  expect(await database.rows(look)).toEqual(before);
});

test('and with it becomes not the owner, nor makes a function of the owner’s, which would outlive the grant', async () => {
  const refused = /must be able to SET ROLE|permission denied to set role/u;
  const door = `create function pg_temp.door() returns integer language sql security definer return 1`;
  await expect(
    as(loader, async (db) => {
      await db.query(door);
      await db.query(`alter function pg_temp.door() owner to ${quotedOwner}`);
    }),
  ).rejects.toThrow(refused);
  await expect(as(loader, (db) => db.query(`set role ${quotedOwner}`))).rejects.toThrow(refused);
});

test('the owner does not grant its own role, so doctor does not tell it to', async () => {
  await expect(as(owner, (db) => db.query(`grant ${quotedOwner} to ${stranger}`))).rejects.toThrow(
    /permission denied to grant role/u,
  );
});
