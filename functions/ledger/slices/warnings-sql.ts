import { type Sql, sql } from '../../core/sql.ts';

/** A rule that only warns, how many records of a slice broke it, and where the first of them stand. */
export interface SliceWarning {
  readonly code: string;
  readonly column: string | null;
  /** Name of a rule in SQL. */
  readonly rule: string | null;
  readonly records: number;
  /** Three at most; numbers and lines are those of the load. */
  readonly places: readonly { readonly record: number; readonly byteOffset: number; readonly line?: number | null }[];
}

/** Of the slice's validation; null: there are none. */
export function updateWarnings(
  { loadId, slice }: { readonly loadId: number; readonly slice: number },
  warnings: readonly SliceWarning[] | null,
): Sql {
  return sql`
    update landfall.slices
    set warnings = ${warnings === null ? null : JSON.stringify(warnings)}::pg_catalog.jsonb
    where (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (slices.slice operator(pg_catalog.=) ${slice})`;
}

/** A rule over a whole load that does not hold. */
interface LoadWarning {
  readonly severity: 'warn' | 'refuse';
  readonly column: string | null;
  readonly rule: string;
  readonly message: string;
}

/** Those that only warn; NULL where there are none. */
export function updateLoadWarnings(loadId: number, broken: readonly LoadWarning[]): Sql {
  const warnings = broken
    .filter(({ severity }) => severity === 'warn')
    .map(({ column, rule, message }) => ({ code: 'LOAD_RULE', column, rule, message }));
  return sql`
    update landfall.loads
    set warnings = ${warnings.length === 0 ? null : JSON.stringify(warnings)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (loads.warnings is distinct from ${warnings.length === 0 ? null : JSON.stringify(warnings)}::pg_catalog.jsonb)`;
}

/** jsonb: the warnings of all slices added up by rule, with the first three places; null where there are none. */
export function warningsOfLoad(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'code', counted.code, 'column', counted."column", 'rule', counted.rule, 'records', counted.records, 'places', counted.places
        ) order by counted.records desc, counted.code, counted."column", counted.rule)
        from (
          select found.code, found."column", found.rule, pg_catalog.sum(found.records)::pg_catalog.int8 as records,
            (
              select coalesce(pg_catalog.jsonb_agg(first.place order by (first.place operator(pg_catalog.->>) 'record')::pg_catalog.int8), '[]')
              from (
                select place.place
                from pg_catalog.unnest(pg_catalog.array_agg(found.places order by slices.slice)) as by_slice (places)
                cross join lateral pg_catalog.jsonb_array_elements(by_slice.places) as place (place)
                order by (place.place operator(pg_catalog.->>) 'record')::pg_catalog.int8
                limit 3
              ) as first
            ) as places
          from landfall.slices
          cross join lateral pg_catalog.jsonb_to_recordset(slices.warnings) as found
            (code pg_catalog.text, "column" pg_catalog.text, rule pg_catalog.text, records pg_catalog.int8, places pg_catalog.jsonb)
          where (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
          group by found.code, found."column", found.rule
        ) as counted
      )`;
}
