import { type Sql, sql } from '../../core/sql.ts';

/** A rule that only warns, how many records of a slice broke it, and where the first of them stand. */
export interface SliceWarning {
  readonly code: string;
  readonly column: string | null;
  /** Name of a rule in SQL. */
  readonly rule: string | null;
  readonly records: number;
  /** Twenty at most, as many as `rejects` lists where nobody says how many; numbers and lines are those of the load. */
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

/**
 * Warnings of a code that is found over the whole load, in place of those of an earlier run.
 * @param told selects slice, and warnings as jsonb.
 */
export function replaceWarnings(loadId: number, code: string, told: Sql): Sql {
  return sql`
    with told as (${told})
    update landfall.slices
    set warnings = nullif(
      coalesce((
        select pg_catalog.jsonb_agg(each.warning order by each.no)
        from pg_catalog.jsonb_array_elements(slices.warnings) with ordinality as each (warning, no)
        where ((each.warning operator(pg_catalog.->>) 'code') operator(pg_catalog.<>) ${code})
      ), '[]'::pg_catalog.jsonb)
        operator(pg_catalog.||) coalesce((select told.warnings from told where (told.slice operator(pg_catalog.=) slices.slice)), '[]'::pg_catalog.jsonb),
      '[]'::pg_catalog.jsonb)
    where (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and ((slices.warnings is not null) or (slices.slice in (select told.slice from told)))`;
}

/** Slices with warnings of a code: { slice, warnings }, all that they have. */
export function selectSlicesWarned(loadId: number, code: string): Sql {
  return sql`
    select slices.slice, slices.warnings
    from landfall.slices
    where (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (slices.warnings operator(pg_catalog.@>) ${JSON.stringify([{ code }])}::pg_catalog.jsonb)
    order by slices.slice`;
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

/** Of which warnings; null: all. */
interface Wanted {
  readonly code: string | null;
  readonly column: string | null;
}

/** Records that were only warned of, as far as their places are kept: { record_no, line, byte_offset, reasons }, in the file's order. */
export function selectWarnedRecords(loadId: number, wanted: Wanted & { readonly most: number }): Sql {
  return sql`
    select warned.record_no, pg_catalog.min(warned.line) as line, pg_catalog.min(warned.byte_offset) as byte_offset,
      pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('code', warned.code, 'column', warned."column", 'rule', warned.rule)
        order by warned.code, warned."column", warned.rule) as reasons
    from (
      select found.code, found."column", found.rule, place.record as record_no, place.line, place."byteOffset" as byte_offset
      from ${warningsBySlice(loadId, wanted)}
      cross join lateral pg_catalog.jsonb_to_recordset(found.places) as place
        (record pg_catalog.int8, line pg_catalog.int8, "byteOffset" pg_catalog.int8)
    ) as warned
    group by warned.record_no
    order by warned.record_no
    limit ${wanted.most}`;
}

/** How many records broke each rule that only warns: { code, column, rule, records }, the most first. */
export function selectWarnedRules(loadId: number, wanted: Wanted): Sql {
  return sql`
    select found.code, found."column", found.rule, pg_catalog.sum(found.records)::pg_catalog.int8 as records
    from ${warningsBySlice(loadId, wanted)}
    group by found.code, found."column", found.rule
    order by records desc, found.code, found."column", found.rule`;
}

function warningsBySlice(loadId: number, { code, column }: Wanted): Sql {
  return sql`(
        select warning.*
        from landfall.slices
        cross join lateral pg_catalog.jsonb_to_recordset(slices.warnings) as warning
          (code pg_catalog.text, "column" pg_catalog.text, rule pg_catalog.text, records pg_catalog.int8, places pg_catalog.jsonb)
        where (slices.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
          and ((${code}::pg_catalog.text is null) or (warning.code operator(pg_catalog.=) ${code}::pg_catalog.text))
          and ((${column}::pg_catalog.text is null) or (warning."column" operator(pg_catalog.=) ${column}::pg_catalog.text))
      ) as found`;
}

/** Rules over the whole load that do not hold and only warn: { code, column, rule, message }. */
export function selectLoadWarnings(loadId: number, { code, column }: Wanted): Sql {
  return sql`
    select warning.code, warning."column", warning.rule, warning.message
    from landfall.loads
    cross join lateral pg_catalog.jsonb_to_recordset(loads.warnings) as warning
      (code pg_catalog.text, "column" pg_catalog.text, rule pg_catalog.text, message pg_catalog.text)
    where (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and ((${code}::pg_catalog.text is null) or (warning.code operator(pg_catalog.=) ${code}::pg_catalog.text))
      and ((${column}::pg_catalog.text is null) or (warning."column" operator(pg_catalog.=) ${column}::pg_catalog.text))
    order by warning.rule, warning."column"`;
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
