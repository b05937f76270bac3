import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ident, sql } from '../../functions/core/sql.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
import { knownMigrations } from '../../functions/ledger/known-migrations.ts';
import { migrate, readMigrations } from '../../functions/migrate/migrate.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

describe('migrating the ledger', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());
  const onDatabase = <T>(use: Parameters<typeof withClient<T>>[1]): Promise<T> =>
    withClient({ connectionString: database.url, applicationName: 'test' }, use);

  it('applies every file once, and nothing the second time', async () => {
    const names = (await readMigrations()).map(({ name }) => name);
    expect((await onDatabase(migrate)).applied).toEqual(names);
    expect((await onDatabase(migrate)).applied).toEqual([]);
    const applied = await onDatabase((db) => many(db, sql`select name from landfall.migrations order by name`));
    expect(applied).toEqual(names.map((name) => ({ name })));
  });

  it('is safe when two run at once: one applies, the other finds it done', async () => {
    const both = await Promise.all([onDatabase(migrate), onDatabase(migrate), onDatabase(migrate)]);
    const names = (await readMigrations()).map(({ name }) => name);
    expect(both.flatMap(({ applied }) => applied)).toEqual(names);
  });

  it('gives what loads write to roles that were granted the leases, so that nobody need be asked for more', async () => {
    const role = ident(`loader_${randomBytes(4).toString('hex')}`);
    await onDatabase(async (db) => {
      const [ledger] = await readMigrations();
      await db.query(ledger?.text ?? '');
      await execute(db, sql`create role ${role}`);
      await execute(db, sql`grant select, insert, update, delete on landfall.leases to ${role}`);
      await execute(
        db,
        sql`insert into landfall.migrations (name, sha256) values (${ledger?.name}, ${ledger?.sha256})`,
      );
      await migrate(db);
      const [granted] = await many<{ all: boolean }>(
        db,
        sql`
          select pg_catalog.bool_and(pg_catalog.has_table_privilege(${role.text.replaceAll('"', '')}, relation, privilege)) as all
          from unnest(array['landfall.waiters', 'landfall.told_failures']) as relation
          cross join unnest(array['select', 'insert', 'update', 'delete']) as privilege`,
      );
      await execute(db, sql`drop owned by ${role} cascade`);
      await execute(db, sql`drop role ${role}`);
      expect(granted).toEqual({ all: true });
    });
  });

  it('refuses a ledger that is newer than the code, and a file that was changed after it was applied', async () => {
    await onDatabase(migrate);
    await onDatabase((db) =>
      execute(db, sql`insert into landfall.migrations (name, sha256) values ('9999_future.sql', 'x')`),
    );
    await expect(onDatabase(migrate)).rejects.toThrow('9999_future.sql');
    await onDatabase((db) => execute(db, sql`delete from landfall.migrations where name like '9999%'`));
    await onDatabase((db) => execute(db, sql`update landfall.migrations set sha256 = 'x'`));
    await expect(onDatabase(migrate)).rejects.toThrow('was changed after it was applied');
  });

  it('has the files that the code knows by name', async () => {
    expect((await readMigrations()).map(({ name }) => name)).toEqual(knownMigrations);
  });

  it('says on the first line of each file what it is for and whether it locks', async () => {
    for (const { name, text } of await readMigrations()) {
      expect(text.split('\n')[0], name).toMatch(/^-- .{20,}locks/);
    }
  });
});
