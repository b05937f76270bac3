import { ident, sql, type Sql } from '../core/sql.ts';
import { STAGING_SCHEMA, typedTable, verdictsTable } from '../core/staging.ts';

/** An empty verdicts table; transform recomputes it from staging until the gate. */
export function createVerdicts(loadId: number): Sql {
  return sql`
    create unlogged table ${verdictsTable(loadId)} (
      slice integer not null, record_no integer not null, disposition "char" not null
    ) with (autovacuum_enabled = off)`;
}

export function dropVerdicts(loadId: number): Sql {
  return sql`drop table if exists ${verdictsTable(loadId)}`;
}

/** Once all verdicts are in: batches look theirs up by slice and record. */
export function indexVerdicts(loadId: number): Sql {
  return sql`create index on ${verdictsTable(loadId)} (slice, record_no) include (disposition)`;
}

export function analyzeVerdicts(loadId: number): Sql {
  return sql`analyze ${verdictsTable(loadId)}`;
}

/** What the quarantine holds of this load, as verdicts: 'r' for rejects, 'd' for duplicates. */
export function insertQuarantineVerdicts(loadId: number, kind: 'reject' | 'duplicate'): Sql {
  const disposition = kind === 'reject' ? 'r' : 'd';
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select slices.slice, (found.record_no - slices.base_record)::integer, ${disposition}::"char"
    from landfall.slices
    cross join lateral (
      select rejects.record_no
      from landfall.rejects
      where (rejects.load_id = ${loadId})
        and (rejects.kind = ${kind})
        and (rejects.record_no > slices.base_record)
        and (rejects.record_no <= slices.base_record + slices.records)
    ) as found
    where (slices.load_id = ${loadId})
      and (slices.records > 0)`;
}

export function deleteDuplicates(loadId: number): Sql {
  return sql`delete from landfall.rejects where (load_id = ${loadId}) and (kind = 'duplicate')`;
}

/** The slices that have losers. */
export function selectLosingSlices(loadId: number): Sql {
  return sql`select slice from ${losersOf(loadId)} group by slice order by slice`;
}

/** Losers of one slice into the quarantine, with the place of the record that won; lines and lengths are filled in later. */
export function insertDuplicates(loadId: number, slice: number): Sql {
  return sql`
    insert into landfall.rejects (load_id, record_no, byte_offset, kind, reasons)
    select ${loadId}::bigint, mine.base_record + losers.record_no, typed.byte_offset, 'duplicate',
      jsonb_build_array(jsonb_build_object(
        'code', 'DUPLICATE_KEY', 'column', null, 'value', losers.key,
        'message', 'the key ' || losers.key || ' occurs again in record '
          || (winning.base_record + losers.winner_record_no) || ', and that one was kept'))
    from ${losersOf(loadId)} as losers
    join ${typedTable(loadId, slice)} as typed on (typed.record_no = losers.record_no)
    join landfall.slices as mine on (mine.load_id = ${loadId}) and (mine.slice = losers.slice)
    join landfall.slices as winning on (winning.load_id = ${loadId}) and (winning.slice = losers.winner_slice)
    where (losers.slice = ${slice})`;
}

/** Duplicates whose line and length are not known yet, of one slice, in the file's order. */
export function selectUnplacedDuplicates(loadId: number, baseRecord: number, records: number): Sql {
  return sql`
    select record_no, byte_offset
    from landfall.rejects
    where (load_id = ${loadId})
      and (record_no > ${baseRecord})
      and (record_no <= ${baseRecord + records})
      and (kind = 'duplicate')
      and (line is null)
    order by record_no`;
}

export function updatePlaces(
  loadId: number,
  places: readonly { byteOffset: number; byteLength: number; line: number; recordNo: number }[],
): Sql {
  return sql`
    update landfall.rejects
    set line = places.line, byte_length = places.byte_length
    from unnest(
      ${places.map((p) => p.recordNo)}::bigint[],
      ${places.map((p) => p.line)}::bigint[],
      ${places.map((p) => p.byteLength)}::bigint[]
    ) as places (record_no, line, byte_length)
    where (rejects.load_id = ${loadId})
      and (rejects.record_no = places.record_no)`;
}

export function updateDefaultDisposition(loadId: number, disposition: string): Sql {
  return sql`
    update landfall.slices
    set default_disposition = ${disposition}::"char"
    where (load_id = ${loadId})`;
}

function losersOf(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_losers`);
}
