import { sql, type Sql } from '../../core/sql.ts';

/** A packed object was unpacked to its end, and holds so many bytes. */
export function updateDecoded(
  loadId: number,
  decoded: {
    readonly decodedBytes: number;
    readonly paddingBytes: number;
    readonly trailer: readonly string[] | null;
    /** None: NULL. */
    readonly notes: readonly string[];
  },
): Sql {
  return sql`
    update landfall.loads
    set decoded_bytes = ${decoded.decodedBytes}, padding_bytes = ${decoded.paddingBytes},
      trailer = ${decoded.trailer === null ? null : JSON.stringify(decoded.trailer)},
      decoding_notes = ${decoded.notes.length === 0 ? null : JSON.stringify(decoded.notes)}
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** The same of one of several objects. */
export function updateObjectDecoded(loadId: number, ordinal: number, decodedBytes: number): Sql {
  return sql`
    update landfall.objects
    set decoded_bytes = ${decodedBytes}
    where (objects.load_id operator(pg_catalog.=) ${loadId})
      and (objects.ordinal operator(pg_catalog.=) ${ordinal})`;
}

/** What decoders say of one more of its objects. */
export function addDecodingNotes(loadId: number, notes: readonly string[]): Sql {
  return sql`
    update landfall.loads
    set decoding_notes = coalesce(decoding_notes, '[]'::pg_catalog.jsonb) operator(pg_catalog.||) ${JSON.stringify(notes)}::pg_catalog.jsonb
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}
