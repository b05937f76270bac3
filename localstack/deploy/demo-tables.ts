import { sql } from '../../functions/core/sql.ts';
import { type Db, many } from '../../functions/db/client.ts';
import { demoDatasets } from '../demo/demo-datasets.ts';
import { makeDemoTables } from '../demo/tables.ts';

/**
 * Makes the demo's target tables where the database has none of them; answers whether it did. Tables that are there stay
 * as they are, rows and all: deploying again is no fresh start.
 */
export async function ensureDemoTables(db: Db): Promise<boolean> {
  const names = demoDatasets.map(({ table }) => table);
  const found = await many<{ name: string }>(
    db,
    sql`
      select name
      from unnest(${names}::text[]) as name
      where (pg_catalog.to_regclass(name) is not null)`,
  );
  if (found.length > 0) return false;
  await makeDemoTables(db);
  return true;
}
