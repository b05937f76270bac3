import { sql, type Sql } from '../../core/sql.ts';

/** A record that passed all rules and that the target itself refused in the merge. */
export interface LateReject {
  /** In the whole load. */
  readonly recordNo: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly line: number;
  /** Null where the load has no room for it. */
  readonly raw: Buffer | null;
  readonly reasons: readonly {
    readonly code: string;
    readonly column: string | null;
    readonly value: string | null;
    readonly message: string;
    /** The conflict rule that refused it; absent: the target did. */
    readonly conflict?: string;
    readonly late?: true;
    /** The rule that the target's refusal comes to, by its code: a parent may have gone since the rule was asked. */
    readonly means?: string;
  }[];
}

/** Whether the merge refused a record, or a dry run foresees that it will: all others are rejects before the gate. @param reasons of landfall.rejects. */
export function isLate(reasons: Sql): Sql {
  return sql`(((${reasons} operator(pg_catalog.->) 0 operator(pg_catalog.->>) 'code') operator(pg_catalog.=) 'TARGET_REFUSED')
      or ((${reasons} operator(pg_catalog.->) 0) operator(pg_catalog.?) 'late'))`;
}

/** What a dry run foresaw, before it is foreseen anew. Never of a load that merges. */
export function deleteLateRejects(loadId: number): Sql {
  return sql`
    delete from landfall.rejects
    where (load_id operator(pg_catalog.=) ${loadId})
      and ${isLate(sql`reasons`)}`;
}

/** In the transaction of the batch that they are missing from; of a dry run once they are foreseen. */
export function insertLateRejects(loadId: number, rejects: readonly LateReject[]): Sql {
  return sql`
    insert into landfall.rejects (load_id, record_no, line, byte_offset, byte_length, kind, raw, reasons)
    select ${loadId}::bigint, late.record_no, late.line, late.byte_offset, late.byte_length, 'reject', late.raw, late.reasons
    from unnest(
      ${rejects.map((r) => r.recordNo)}::bigint[],
      ${rejects.map((r) => r.line)}::bigint[],
      ${rejects.map((r) => r.byteOffset)}::bigint[],
      ${rejects.map((r) => r.byteLength)}::bigint[],
      ${rejects.map((r) => r.raw)}::bytea[],
      ${rejects.map((r) => JSON.stringify(r.reasons))}::jsonb[]
    ) as late (record_no, line, byte_offset, byte_length, raw, reasons)`;
}
