import { sql, type Sql } from '../../core/sql.ts';

/**
 * A page of a load's rejects, in the file's order, behind the record `after`: at most so many records, and bytes of them; always one.
 * A size is read without the bytes.
 */
export function selectRejectsAfter(
  loadId: number,
  after: number,
  most: { readonly records: number; readonly bytes: number },
): Sql {
  return sql`
    select record_no, line, byte_offset, byte_length, raw, reasons::pg_catalog.text as reasons, open_as, open_line
    from (
      select next.*, pg_catalog.sum(coalesce(pg_catalog.octet_length(next.raw), 0))
        over (order by next.record_no rows between unbounded preceding and 1 preceding) as bytes_before
      from (
        select record_no, line, byte_offset, byte_length, raw, reasons, open_as, open_line
        from landfall.rejects
        where (load_id = ${loadId})
          and (kind = 'reject')
          and (record_no > ${after})
        order by record_no
        limit ${most.records}
      ) as next
    ) as page
    where (bytes_before is null) or (bytes_before operator(pg_catalog.<) ${most.bytes})
    order by record_no`;
}

/** As many records as an encoding is told by, and as many bytes of each. */
const mostRecords = 1_000;
const mostBytes = 1_024;

/** The beginnings of the first records that are rejected as no UTF-8, each as `sample`; `is_cut` where more of it follows. */
export function selectNotUtf8(loadId: number): Sql {
  return sql`
    select pg_catalog.substr(raw, 1, ${mostBytes}) as sample, (pg_catalog.length(raw) operator(pg_catalog.>) ${mostBytes}) as is_cut
    from landfall.rejects
    where (load_id operator(pg_catalog.=) ${loadId})
      and (raw is not null)
      and (reasons operator(pg_catalog.@>) '[{"code": "INVALID_UTF8"}]'::pg_catalog.jsonb)
    order by record_no
    limit ${mostRecords}`;
}
