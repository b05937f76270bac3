import { type Sql, sql } from '../../core/sql.ts';
import { integer } from '../rules/rule.ts';
import type { Relation } from './relations.ts';
import type { SliceBase } from '../../ledger/rejects/rejects-sql.ts';

/** Whether a record of the slice is in no quarantine. Without a parameter: it also stands in a DO block (raising-sql.ts). */
export function notRejected({ loadId, baseRecord, records }: SliceBase, recordNo: Sql): Sql {
  return sql`(not exists (
    select
    from landfall.rejects as known
    where (known.load_id operator(pg_catalog.=) ${integer(loadId)})
      and (known.record_no operator(pg_catalog.>) ${integer(baseRecord)})
      and (known.record_no operator(pg_catalog.<=) ${integer(baseRecord + records)})
      and (known.record_no operator(pg_catalog.=) (${integer(baseRecord)} operator(pg_catalog.+) ${recordNo}))
  ))`;
}

/** Reasons by rule, with how many records have one and where the first twenty stand: SliceWarning rows, without lines. */
export function selectWarnings(breaching: Sql, relation: Relation, raising: Sql | null): Sql {
  const raised =
    raising === null
      ? sql``
      : sql`
      union all
      select 'CHECK_ERROR', null, null, raised.record_no, ${relation.place('byte_offset')}
      from ${raising} as raised
      join ${relation.table} as staged on (staged.ctid operator(pg_catalog.=) raised.at)`;
  return sql`
    with reasons as (
      select reason operator(pg_catalog.->>) 'code' as code, reason operator(pg_catalog.->>) 'column' as "column",
        reason operator(pg_catalog.->>) 'rule' as rule, breaching.record_no, breaching.byte_offset
      from (${breaching}) as breaching
      cross join lateral pg_catalog.jsonb_array_elements(breaching.reasons) as reason
      ${raised}
    )
    select reasons.code, reasons."column", reasons.rule, pg_catalog.count(*)::pg_catalog.int8 as records,
      pg_catalog.to_jsonb(coalesce((pg_catalog.array_agg(
        pg_catalog.jsonb_build_object('record', reasons.record_no, 'byteOffset', reasons.byte_offset) order by reasons.record_no
      ))[1:20], '{}')) as places
    from reasons
    group by reasons.code, reasons."column", reasons.rule
    order by records desc, reasons.code, reasons."column", reasons.rule`;
}
