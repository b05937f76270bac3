import { type Sql, sql } from '../../functions/core/sql.ts';

export interface TargetColumn {
  /** As the load's request named it: schema.table. */
  readonly target_table: string;
  readonly name: string;
  readonly type: string;
}

/** The columns of the table that a load goes into, in their order; none where it is gone. */
export function selectTargetColumns(loadId: number): Sql {
  return sql`
    select
      load.target as target_table,
      attribute.attname as name,
      pg_catalog.format_type(attribute.atttypid, attribute.atttypmod) as type
    from landfall.loads load
    join pg_catalog.pg_attribute attribute on (attribute.attrelid = pg_catalog.to_regclass(load.target))
    where (load.load_id = ${loadId})
      and (attribute.attnum > 0)
      and (not attribute.attisdropped)
    order by attribute.attnum`;
}

export interface LastSuccess {
  readonly dataset: string;
  readonly seconds: number;
}

/** When the newest load of each dataset was LOADED, in seconds since 1970. */
export function selectLastSuccesses(): Sql {
  return sql`
    select load.dataset, extract(epoch from max(load.ended_at))::double precision as seconds
    from landfall.loads load
    where (load.outcome = 'LOADED')
    group by load.dataset
    order by load.dataset`;
}
