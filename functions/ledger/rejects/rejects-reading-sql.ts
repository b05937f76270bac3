import { sql, type Sql } from '../../core/sql.ts';

/** A page of a load's rejects, in the file's order, behind the record `after`. */
export function selectRejectsAfter(loadId: number, after: number, most: number): Sql {
  return sql`
    select record_no, line, byte_offset, byte_length, raw, reasons, open_as, open_line
    from landfall.rejects
    where (load_id = ${loadId})
      and (kind = 'reject')
      and (record_no > ${after})
    order by record_no
    limit ${most}`;
}
