import { sql, type Sql } from '../../core/sql.ts';

/** Rows that the target had as the load was judged, of its scope where it has one; null: nobody has to know. */
export function updateRowsBefore(loadId: number, rows: number | null): Sql {
  return sql`
    update landfall.loads
    set rows_before = ${rows}::pg_catalog.int8
    where (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (loads.rows_before is distinct from ${rows}::pg_catalog.int8)`;
}

/** { rows_before }. */
export function selectRowsBefore(loadId: number): Sql {
  return sql`
    select loads.rows_before
    from landfall.loads
    where (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** Decided with the gate: whether one transaction merges all batches. */
export function updateAtomic(loadId: number, atomic: boolean): Sql {
  return sql`
    update landfall.loads
    set atomic = ${atomic ? true : null}::pg_catalog.bool
    where (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}
