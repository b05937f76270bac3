import { sql, type Sql } from '../../core/sql.ts';
import { selectOthersStaging } from './others-staging-sql.ts';

/** The epoch that stands; no row where the server crashed since, or nothing was staged yet. */
export function selectEpoch(loadId: number): Sql {
  return sql`select epoch from landfall_staging.epochs where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** The same, and whether something of the load's staging is another role's. */
export function selectEpochAndOthers(loadId: number): Sql {
  return sql`
      select epoch, exists (${selectOthersStaging(loadId)}) as is_others
      from landfall_staging.epochs
      where (load_id operator(pg_catalog.=) ${loadId})`;
}

/** Begins an epoch, in place of one that stands. */
export function upsertEpoch(loadId: number, epoch: string): Sql {
  return sql`
      insert into landfall_staging.epochs (load_id, epoch)
      values (${loadId}, ${epoch})
      on conflict (load_id) do update set epoch = excluded.epoch`;
}

/** Whatever is left of the load's staging is none any more. */
export function deleteEpoch(loadId: number): Sql {
  return sql`delete from landfall_staging.epochs where (load_id operator(pg_catalog.=) ${loadId})`;
}
