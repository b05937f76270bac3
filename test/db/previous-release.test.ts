import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ident, sql, trustedSql } from '../../functions/core/sql.ts';
import { execute, many, withClient, type Db } from '../../functions/db/client.ts';
import { readMigrations } from '../../functions/migrate/migrate.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// Executions that run across a deployment end with the code that they began with, on the ledger of the version after it.

/** The last migration of the previous release, whose statements are in previous-release/statements.jsonl. */
const lastOfRelease = '0002_operations.sql';
const recorded = readFileSync(join(import.meta.dirname, 'previous-release/statements.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as string);

let before: TestDatabase;
let now: TestDatabase;
beforeAll(async () => {
  [before, now] = await Promise.all([testDatabase(), testDatabase({ ledger: true })]);
  await inDatabase(before, async (db) => {
    const migrations = await readMigrations();
    for (const { name, text } of migrations) if (name <= lastOfRelease) await db.query(text);
  });
});
afterAll(() => Promise.all([before.drop(), now.drop()]));

describe('a statement of the previous release', () => {
  it('is understood by its own ledger, so that what is tried here is what was recorded', async () => {
    expect(await inDatabase(before, refused)).toEqual([]);
    expect(recorded.length).toBeGreaterThan(80);
  });

  it('is understood by the ledger of this version', async () => {
    expect(await inDatabase(now, refused)).toEqual([]);
  });
});

describe('the migrations since the previous release', () => {
  it('keep every column, with its type and its default, and let it be NULL where it might', async () => {
    const columns = await inDatabase(now, columnsOf);
    expect(columns).toEqual(expect.arrayContaining([...(await inDatabase(before, columnsOf))]));
  });

  it('add to a table only columns that an INSERT may leave out', async () => {
    const known = new Set((await inDatabase(before, columnsOf)).map(({ table }) => table));
    const demanded = (await inDatabase(now, columnsOf)).filter(
      ({ table, is_demanded: isDemanded }) => known.has(table) && isDemanded,
    );
    expect(await inDatabase(before, columnsOf)).toEqual(expect.arrayContaining(demanded));
  });

  it('add no constraint, unique index or trigger to a table, which a row of the previous release could break', async () => {
    const known = new Set((await inDatabase(before, columnsOf)).map(({ table }) => table));
    // one that keeps its name may let in more than before
    const added = (await inDatabase(now, constraintsOf)).filter(({ table }) => known.has(table));
    expect(await inDatabase(before, constraintsOf)).toEqual(expect.arrayContaining(added));
  });
});

function inDatabase<T>({ url }: TestDatabase, use: (db: Db) => Promise<T>): Promise<T> {
  return withClient({ connectionString: url, applicationName: 'test' }, use);
}

/** Those that the server does not prepare: a table, a column or a type is not there, or another one. */
async function refused(db: Db): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const [at, text] of recorded.entries()) {
    const prepare = sql`prepare ${ident(`s${at}`)} as ${trustedSql(text)}`;
    await execute(db, prepare).catch((error: unknown) => answers.push(`${String(error)}: ${text}`));
  }
  return answers;
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly default: string | null;
  readonly is_nullable: boolean;
  readonly is_demanded: boolean;
}

async function columnsOf(db: Db): Promise<readonly Column[]> {
  return await many<Column>(
    db,
    sql`
      select pg_class.relname as table, attname as column, format_type(atttypid, atttypmod) as type,
        pg_get_expr(adbin, adrelid) as default, not attnotnull as is_nullable,
        attnotnull and (adbin is null) and (attidentity = '') as is_demanded
      from pg_attribute
      join pg_class on (pg_class.oid = attrelid) and (relkind in ('r', 'p'))
      join pg_namespace on (pg_namespace.oid = relnamespace) and (nspname = 'landfall')
      left join pg_attrdef on (adrelid = attrelid) and (adnum = attnum)
      where (attnum > 0) and (not attisdropped)
      order by 1, 2`,
  );
}

async function constraintsOf(db: Db): Promise<readonly { readonly table: string; readonly name: string }[]> {
  return await many(
    db,
    sql`
      select relname as table, conname as name
      from pg_constraint
      join pg_class on (pg_class.oid = conrelid)
      where (connamespace = 'landfall'::regnamespace)
      union all
      select pg_class.relname, named.relname
      from pg_index
      join pg_class on (pg_class.oid = indrelid)
      join pg_class as named on (named.oid = indexrelid)
      where (pg_class.relnamespace = 'landfall'::regnamespace) and indisunique
      union all
      select relname, tgname
      from pg_trigger
      join pg_class on (pg_class.oid = tgrelid)
      where (relnamespace = 'landfall'::regnamespace) and (not tgisinternal)`,
  );
}
