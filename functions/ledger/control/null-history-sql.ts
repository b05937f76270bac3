import { sql, type Sql } from '../../core/sql.ts';

/** The share of NULL that a column had in accepted records, on average over so many loads. */
export interface NullHistory {
  readonly column: string;
  readonly share: number;
  readonly loads: number;
}

/** Of the last ten loads of the dataset that were loaded before this one and counted NULLs: NullHistory rows. */
export function selectNullHistory({ loadId, dataset }: { readonly loadId: number; readonly dataset: string }): Sql {
  return sql`
    select counted."column",
      pg_catalog.avg(counted.nulls::pg_catalog.float8 operator(pg_catalog./) earlier.accepted) as share,
      pg_catalog.count(*)::pg_catalog.int4 as loads
    from (
      select loads.figures, (loads.figures operator(pg_catalog.->>) 'accepted')::pg_catalog.float8 as accepted
      from landfall.loads
      where (loads.dataset operator(pg_catalog.=) ${dataset})
        and (loads.load_id operator(pg_catalog.<) ${loadId})
        and (loads.outcome operator(pg_catalog.=) 'LOADED')
        and ((loads.figures operator(pg_catalog.->) 'nulls' operator(pg_catalog.->) 0) is not null)
        and ((loads.figures operator(pg_catalog.->>) 'accepted') operator(pg_catalog.<>) '0')
      order by loads.load_id desc
      limit 10
    ) as earlier
    cross join lateral pg_catalog.jsonb_to_recordset(earlier.figures operator(pg_catalog.->) 'nulls')
      as counted ("column" pg_catalog.text, nulls pg_catalog.int8)
    group by counted."column"`;
}
