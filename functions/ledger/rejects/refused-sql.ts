import { type Sql, sql } from '../../core/sql.ts';

/** A rule of the dataset that refuses the load, how many rejects broke it, and where the first of them stands. */
export interface RefusedBy {
  readonly code: string;
  readonly column: string | null;
  /** Name of a rule in SQL. */
  readonly rule: string | null;
  readonly records: number;
  readonly firstLine: number | null;
}

/** The most first; twenty rules at most. Rejects are asked as they are whether they have such a reason, since few loads have one. */
export function selectRefusedBy(loadId: number): Sql {
  return sql`
    select reason operator(pg_catalog.->>) 'code' as code, reason operator(pg_catalog.->>) 'column' as "column",
      reason operator(pg_catalog.->>) 'rule' as rule, pg_catalog.count(*)::pg_catalog.int8 as records,
      pg_catalog.min(rejects.line) as "firstLine"
    from landfall.rejects
    cross join lateral pg_catalog.jsonb_array_elements(rejects.reasons) as reason
    where (rejects.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (rejects.kind operator(pg_catalog.=) 'reject')
      and (rejects.reasons operator(pg_catalog.@>) '[{"severity": "refuse"}]'::pg_catalog.jsonb)
      and ((reason operator(pg_catalog.->>) 'severity') operator(pg_catalog.=) 'refuse')
    group by 1, 2, 3
    order by records desc, 1, 2, 3
    limit 20`;
}
