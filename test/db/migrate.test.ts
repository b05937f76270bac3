import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { execute, many, withClient } from '../../functions/db/client.ts';
import { knownMigrations } from '../../functions/ledger/trust/known-migrations.ts';
import { selectMissingOfLedger } from '../../functions/operate/checks/doctor-sql.ts';
import { codeBlocks } from '../unit/docs/documents.ts';
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

  it('gives roles of the version before what this one reads and writes, so that nobody need be asked for more', async () => {
    const mark = randomBytes(4).toString('hex');
    const [loader, reader] = [ident(`loader_${mark}`), ident(`reader_${mark}`)];
    await onDatabase(async (db) => {
      for (const { name, text, sha256 } of (await readMigrations()).filter(({ name: each }) => each < '0003')) {
        await db.query(text);
        await execute(db, sql`insert into landfall.migrations (name, sha256) values (${name}, ${sha256})`);
      }
      const newer = [
        'waiters',
        'indexes',
        'listings',
        'told_failures',
        'operating',
        'waits',
        'pauses',
        'kept_rows',
        'tombstones',
        'undo_kept',
        'undos',
        'objects',
        'windows',
        'gathered',
        'set_starts',
        // rows of tables: no reader's
        'journal',
      ].map((name) => `landfall.${name}`);
      const [, ofLedger = ''] = codeBlocks('docs/operations.md', 'pgsql');
      const older = ofLedger.replaceAll(/^revoke [^;]* on landfall\.journal [^;]*;$/gm, '');
      const before = newer.reduce((text, table) => text.replace(new RegExp(`,\\s*${table}\\b`), ''), older);
      expect(newer.filter((table) => before.includes(table))).toEqual([]);
      try {
        await execute(db, sql`create role ${loader}`);
        await execute(db, sql`create role ${reader}`);
        await execute(
          db,
          trustedSql(before.replaceAll('landfall_loader', loader.text).replaceAll('landfall_reader', reader.text)),
        );
        await migrate(db);
        await execute(db, sql`set role ${loader}`);
        expect(await many(db, selectMissingOfLedger())).toEqual([]);
        await execute(db, sql`set role ${reader}`);
        for (const table of newer.filter((name) => name !== 'landfall.journal'))
          await many(db, sql`select from ${trustedSql(table)}`);
      } finally {
        await execute(db, sql`reset role`);
        for (const role of [loader, reader]) {
          await execute(db, sql`drop owned by ${role} cascade`);
          await execute(db, sql`drop role ${role}`);
        }
      }
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
