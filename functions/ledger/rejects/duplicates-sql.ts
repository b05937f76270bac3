import { sql, type Sql } from '../../core/sql.ts';
import { losersTable } from '../../core/staging.ts';
import { ordinalOfRecord } from '../slices/own-places.ts';

/** Where a duplicate stands in the file: its place was read again from the object. */
export interface PlacedDuplicate {
  readonly recordNo: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly line: number;
}

/** Before they are found anew. Never after the gate. */
export function deleteDuplicates(loadId: number): Sql {
  return sql`delete from landfall.rejects where (load_id = ${loadId}) and (kind = 'duplicate')`;
}

/**
 * Losers of one slice into the quarantine, one page: where they stand, and the record of their key that counts, with its object where that is another one. They keep no bytes.
 * @param kept in words, which record of a key is kept.
 */
export function insertDuplicates(loadId: number, slice: number, kept: string, page: readonly PlacedDuplicate[]): Sql {
  return sql`
    insert into landfall.rejects (load_id, record_no, line, byte_offset, byte_length, kind, reasons)
    select ${loadId}::bigint, mine.base_record + losers.record_no, placed.line, placed.byte_offset, placed.byte_length,
      'duplicate',
      jsonb_build_array(jsonb_build_object(
        'code', 'DUPLICATE_KEY', 'column', null, 'value', losers.key,
        'message', 'the key ' || losers.key || ' is also in record '
          || (winning.base_record + losers.kept_record_no) || coalesce(', of ' || other.key, '') || ', which counts: ' || ${kept}::text))
    from unnest(
      ${numbers(page, 'recordNo')}::integer[],
      ${numbers(page, 'byteOffset')}::bigint[],
      ${numbers(page, 'byteLength')}::bigint[],
      ${numbers(page, 'line')}::bigint[]
    ) as placed (record_no, byte_offset, byte_length, line)
    join ${losersTable(loadId)} as losers
      on (losers.slice = ${slice})
      and (losers.record_no = placed.record_no)
      -- or the whole slice's would be hashed for every page
      and (losers.record_no between ${page[0]?.recordNo ?? 0}::integer and ${page.at(-1)?.recordNo ?? 0}::integer)
    join landfall.slices as mine on (mine.load_id = ${loadId}) and (mine.slice = losers.slice)
    join landfall.slices as winning on (winning.load_id = ${loadId}) and (winning.slice = losers.kept_slice)
    cross join lateral (
      select ${ordinalOfRecord(sql`mine`, sql`losers.record_no`)} as of_mine,
        ${ordinalOfRecord(sql`winning`, sql`losers.kept_record_no`)} as of_winning
    ) as ordinals
    left join landfall.objects as other
      on (other.load_id = ${loadId})
      and (other.ordinal = ordinals.of_winning)
      and (ordinals.of_winning is distinct from ordinals.of_mine)`;
}

/** A duplicate as people are told of it. */
export interface FirstDuplicate {
  readonly record_no: number;
  readonly line: number | null;
  readonly message: string;
}

/** The first ones in the file's order: FirstDuplicate rows. */
export function selectFirstDuplicates(loadId: number, most: number): Sql {
  return sql`
    select record_no, line, reasons operator(pg_catalog.->) 0 operator(pg_catalog.->>) 'message' as message
    from landfall.rejects
    where (load_id operator(pg_catalog.=) ${loadId}) and (kind operator(pg_catalog.=) 'duplicate')
    order by record_no
    limit ${most}`;
}

/** An array in PostgreSQL's own notation: the driver's, value by value, costs more than the insert. */
function numbers(page: readonly PlacedDuplicate[], field: keyof PlacedDuplicate): string {
  return `{${page.map((placed) => placed[field]).join(',')}}`;
}
