import { sql, type Sql } from '../../core/sql.ts';
import { rejectsByCode } from '../loads/gate-sql.ts';

/** A rule that records broke, and how many did. */
export interface TopReason {
  readonly code: string;
  readonly column: string | null;
  readonly rejects: number;
}

/** The rules that most rejects of the load broke: TopReason rows, the most first. */
export function selectTopReasons(loadId: number, most: number): Sql {
  return sql`
    select found.code, found."column", found.rejects
    from pg_catalog.jsonb_to_recordset(${rejectsByCode(loadId)})
      as found (code pg_catalog.text, "column" pg_catalog.text, rejects pg_catalog.int8)
    order by found.rejects desc, found.code, found."column"
    limit ${most}`;
}

/** Where the first records stand that broke a rule: { record_no, line, byte_offset }. */
export function selectPlacesOfReason(loadId: number, { code, column }: Omit<TopReason, 'rejects'>, most: number): Sql {
  // jsonb: a list holds another one of some of its elements
  const named = JSON.stringify([{ code, column }]);
  const among = JSON.stringify([{ more: { [code]: [column] } }]);
  return sql`
    select rejects.record_no, rejects.line, rejects.byte_offset
    from landfall.rejects
    where (rejects.load_id operator(pg_catalog.=) ${loadId})
      and (rejects.kind operator(pg_catalog.=) 'reject')
      and ((rejects.reasons operator(pg_catalog.@>) ${named}::pg_catalog.jsonb)
        or (rejects.reasons operator(pg_catalog.@>) ${among}::pg_catalog.jsonb))
    order by rejects.record_no
    limit ${most}`;
}

/** Of each of these codes, how many rejects have it among their reasons: { code, records }. */
export function countRejectsOfCodes(loadId: number, codes: readonly string[]): Sql {
  return sql`
    select wanted.code, pg_catalog.count(rejects.record_no)::pg_catalog.int8 as records
    from pg_catalog.unnest(${codes}::pg_catalog.text[]) as wanted (code)
    left join landfall.rejects on (rejects.load_id operator(pg_catalog.=) ${loadId})
      and (rejects.kind operator(pg_catalog.=) 'reject')
      and ((rejects.reasons operator(pg_catalog.@>)
          pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('code', wanted.code)))
        or (rejects.reasons operator(pg_catalog.@>)
          pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('more', pg_catalog.jsonb_build_object(wanted.code, '[]'::pg_catalog.jsonb)))))
    group by wanted.code
    order by wanted.code`;
}
