import { literal, sql, type Sql } from '../../../core/sql.ts';

/** Reasons that are found over a whole load, after its slices were judged, name the constraint, or the conflict rule: by that they are known. */
export type FoundBy = 'constraint' | 'conflict';

/**
 * More reasons for records that are rejects already. Not where a record has so many that some are not in words. Answers the slices:
 * { slice }.
 * @param told selects slice, record_no in the load, and reasons.
 */
export function addReasons(loadId: number, told: Sql): Sql {
  return sql`
    with
    added as (
      update landfall.rejects as rejects
      set reasons = rejects.reasons operator(pg_catalog.||) told.reasons
      from (${told}) as told
      where (rejects.load_id operator(pg_catalog.=) ${loadId})
        and (rejects.record_no operator(pg_catalog.=) told.record_no)
        and (rejects.kind operator(pg_catalog.=) 'reject')
        and ((rejects.reasons operator(pg_catalog.->) -1 operator(pg_catalog.->) 'more') is null)
      returning told.slice
    )
    select distinct added.slice from added order by 1`;
}

/** Of an earlier run, before all is found anew; never after the gate. Answers the slices of the records: { slice }. */
export function deleteFoundReasons(loadId: number, by: FoundBy): Sql {
  const isOurs = sql`(each.reason operator(pg_catalog.?) ${literal(by)})`;
  const each = sql`pg_catalog.jsonb_array_elements(rejects.reasons) with ordinality as each (reason, position)`;
  const has = sql`(rejects.load_id operator(pg_catalog.=) ${loadId})
        and (rejects.kind operator(pg_catalog.=) 'reject')
        and exists (select from ${each} where ${isOurs})`;
  const alone = sql`not exists (select from ${each} where not ${isOurs})`;
  return sql`
    with
    gone as (
      delete from landfall.rejects as rejects
      where ${has} and ${alone}
      returning rejects.record_no
    ),
    stripped as (
      update landfall.rejects as rejects
      set reasons = (select pg_catalog.jsonb_agg(each.reason order by each.position) from ${each} where not ${isOurs})
      where ${has} and not (${alone})
      returning rejects.record_no
    )
    select distinct slices.slice
    from (select record_no from gone union all select record_no from stripped) as touched
    join landfall.slices as slices on (slices.load_id operator(pg_catalog.=) ${loadId})
      and (touched.record_no operator(pg_catalog.>) slices.base_record)
      and (touched.record_no operator(pg_catalog.<=) (slices.base_record operator(pg_catalog.+) slices.records))
    order by 1`;
}
