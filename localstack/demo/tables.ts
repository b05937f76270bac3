import { readFile } from 'node:fs/promises';
import { sql } from '../../functions/core/sql.ts';
import { type Db, many, transaction } from '../../functions/db/client.ts';
import { CommandError } from '../../cli/typed/usage.ts';

/** The comment by which the demo knows its own tables again. */
const mark = 'made by the demo of Landfall: npm start drops it and makes it again';

const tables = ['zipcodes', 'airports', 'birdstrikes', 'orders'] as const;

/**
 * Empty target tables, so that every run of the demo tells the same story: its own ones of an earlier run are dropped and
 * made again, in one transaction. A table of somebody else under one of the names stops the demo.
 */
export async function makeDemoTables(db: Db): Promise<void> {
  const found = await many<{ name: string; comment: string | null }>(
    db,
    sql`
      select relname as name, pg_catalog.obj_description(oid, 'pg_class') as comment
      from pg_catalog.pg_class
      where (relnamespace = 'public'::regnamespace)
        and (relname = any (${[...tables]}))`,
  );
  const foreign = found.filter(({ comment }) => comment !== mark).map(({ name }) => `public.${name}`);
  if (foreign.length > 0) {
    throw new CommandError(
      `the demo makes tables of these names, and the embedded database already has them from somewhere else: ${foreign.join(', ')}. Rename them (alter table ... rename to ...) and start the demo again.`,
    );
  }
  const definitions = await readFile(new URL('tables.sql', import.meta.url), 'utf8');
  const statements = [
    `drop table if exists ${tables.map((name) => `public.${name}`).join(', ')}`,
    'drop domain if exists public.us_state',
    'drop type if exists public.strike_damage',
    definitions,
    ...tables.map((name) => `comment on table public.${name} is '${mark}'`),
  ];
  await transaction(db, {}, () => db.query(statements.join(';\n')));
}
