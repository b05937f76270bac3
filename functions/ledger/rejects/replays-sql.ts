import { sql, type Sql } from '../../core/sql.ts';

/** A reject that a replay may take. */
export interface KeptReject {
  readonly record_no: number;
  /** Null: it is not kept. */
  readonly raw: Buffer | null;
  /** The record's length in its file; a longer one than its bytes here is kept in part alone. */
  readonly byte_length: number | null;
  readonly closed_by: number | null;
}

const keptColumns = sql`rejects.record_no, rejects.raw, rejects.byte_length, rejects.closed_by`;

/** Which open rejects: those that broke one of these rules, null for all; `only`: and no other rule. */
export interface Chosen {
  readonly codes: readonly string[] | null;
  readonly only?: boolean;
}

/** A page of a load's open rejects in the file's order, behind the record `after`. */
export function selectOpenRejects(
  loadId: number,
  { after, most, ...chosen }: Chosen & { readonly after: number; readonly most: number },
): Sql {
  return sql`
    select ${keptColumns}
    from landfall.rejects
    where (rejects.load_id operator(pg_catalog.=) ${loadId})
      and (rejects.kind operator(pg_catalog.=) 'reject')
      and (rejects.closed_by is null)
      and (rejects.record_no operator(pg_catalog.>) ${after}::pg_catalog.int8)
      and ${isChosen(chosen)}
    order by rejects.record_no
    limit ${most}`;
}

/** How many open rejects there are, by the same choice: { rejects }. */
export function countOpenRejects(loadId: number, codes: readonly string[] | null): Sql {
  return sql`
    select pg_catalog.count(*) as rejects
    from landfall.rejects
    where (rejects.load_id operator(pg_catalog.=) ${loadId})
      and (rejects.kind operator(pg_catalog.=) 'reject')
      and (rejects.closed_by is null)
      and ${brokeOneOf(codes)}`;
}

function isChosen({ codes, only = false }: Chosen): Sql {
  return only && codes !== null ? brokeOnly(codes) : brokeOneOf(codes);
}

/** Every reason is one of these; of a record with more than are in words nobody can say so. */
export function brokeOnly(codes: readonly string[]): Sql {
  return sql`(not exists (
        select
        from pg_catalog.jsonb_array_elements(rejects.reasons) as reason
        where (coalesce(reason operator(pg_catalog.->>) 'means', reason operator(pg_catalog.->>) 'code') operator(pg_catalog.<>) all (${codes}::pg_catalog.text[]))
          or ((reason operator(pg_catalog.->) 'more') is not null)
      ))`;
}

/** In words, or among the codes of the last reason. */
function brokeOneOf(codes: readonly string[] | null): Sql {
  return sql`((${codes}::pg_catalog.text[] is null) or exists (
        select
        from pg_catalog.jsonb_array_elements(rejects.reasons) as reason
        where ((reason operator(pg_catalog.->>) 'code') operator(pg_catalog.=) any (${codes}::pg_catalog.text[]))
          or ((reason operator(pg_catalog.->>) 'means') operator(pg_catalog.=) any (${codes}::pg_catalog.text[]))
          or ((reason operator(pg_catalog.->) 'more') operator(pg_catalog.?|) ${codes}::pg_catalog.text[])
      ))`;
}

/** Rejects by their record numbers, whether they are open or not; no row for a number that is none of a reject. */
export function selectRejectsByNumber(loadId: number, recordNumbers: readonly number[]): Sql {
  return sql`
    select ${keptColumns}
    from landfall.rejects
    where (rejects.load_id operator(pg_catalog.=) ${loadId})
      and (rejects.kind operator(pg_catalog.=) 'reject')
      and (rejects.record_no operator(pg_catalog.=) any (${recordNumbers}::pg_catalog.int8[]))`;
}

/** A replay of the load that waits for a person's yes, but for `except`: { load_id }. */
export function selectHeldReplay(of: number, except: number): Sql {
  return heldReplay(sql`${of}::pg_catalog.int8`, except);
}

/** The same of a load in a statement. */
export function heldReplay(of: Sql, except: number): Sql {
  return sql`
    select asks.load_id
    from landfall.loads as asks
    where (asks.outcome operator(pg_catalog.=) 'HELD')
      and ((asks.request operator(pg_catalog.#>>) '{replay,of}') operator(pg_catalog.=) (${of})::pg_catalog.text)
      and (asks.load_id operator(pg_catalog.<>) ${except}::pg_catalog.int8)
    order by asks.load_id
    limit 1`;
}

/** A record of a replay: its number there, the reject that it is, and whether it has all the bytes that are kept of that. */
export interface ReplayedRecord {
  readonly as: number;
  readonly recordNo: number;
  readonly isWhole: boolean;
}

/** Which rejects the replay took, a page of them. */
export function updateReplayed(
  { loadId, of }: { readonly loadId: number; readonly of: number },
  records: readonly ReplayedRecord[],
): Sql {
  return sql`
    update landfall.rejects
    set replayed_by = ${loadId}, replayed_as = taken.replayed_as, replayed_whole = taken.is_whole
    from unnest(
      ${records.map(({ recordNo }) => recordNo)}::pg_catalog.int8[],
      ${records.map(({ as }) => as)}::pg_catalog.int8[],
      ${records.map(({ isWhole }) => isWhole)}::pg_catalog.bool[]
    ) as taken (record_no, replayed_as, is_whole)
    where (rejects.load_id operator(pg_catalog.=) ${of})
      and (rejects.record_no operator(pg_catalog.=) taken.record_no)`;
}

/** What an earlier plan of the same replay took. */
export function updateNothingReplayed({ loadId, of }: { readonly loadId: number; readonly of: number }): Sql {
  return sql`
    update landfall.rejects
    set replayed_by = null, replayed_as = null, replayed_whole = null
    where (rejects.load_id operator(pg_catalog.=) ${of})
      and (rejects.replayed_by operator(pg_catalog.=) ${loadId})`;
}

/**
 * Rejects that the replay took and did not reject again are closed, also where another record of it or a newer row of the target
 * stands for them. Answers { closed }.
 */
export function updateClosed({ loadId, of }: { readonly loadId: number; readonly of: number }): Sql {
  return sql`
    with closed as (
      update landfall.rejects
      set closed_by = ${loadId}, closed_at = pg_catalog.clock_timestamp()
      where (rejects.load_id operator(pg_catalog.=) ${of})
        and (rejects.replayed_by operator(pg_catalog.=) ${loadId})
        and (rejects.closed_by is null)
        and (not ${rejectedAgain(loadId)})
      returning 1
    )
    select pg_catalog.count(*) as closed
    from closed`;
}

function rejectedAgain(loadId: number): Sql {
  return sql`exists (
          select
          from landfall.rejects as mine
          where (mine.load_id operator(pg_catalog.=) ${loadId})
            and (mine.kind operator(pg_catalog.=) 'reject')
            and (mine.record_no operator(pg_catalog.=) rejects.replayed_as)
        )`;
}

/** Rejects that were judged again as they are kept, and broke a rule, have the reasons of today. */
export function updateReasons({ loadId, of }: { readonly loadId: number; readonly of: number }): Sql {
  return sql`
    update landfall.rejects
    set reasons = mine.reasons
    from landfall.rejects as mine
    where (rejects.load_id operator(pg_catalog.=) ${of})
      and (rejects.replayed_by operator(pg_catalog.=) ${loadId})
      and (rejects.closed_by is null)
      and (rejects.replayed_whole)
      and (mine.load_id operator(pg_catalog.=) ${loadId})
      and (mine.kind operator(pg_catalog.=) 'reject')
      and (mine.record_no operator(pg_catalog.=) rejects.replayed_as)
      and (mine.reasons operator(pg_catalog.<>) rejects.reasons)`;
}

/**
 * A replay's own rejects stay open under the load that rejected them first, also where a later replay took them meanwhile. Answers
 * { closed }.
 */
export function updateOwnClosed({ loadId, of }: { readonly loadId: number; readonly of: number }): Sql {
  return sql`
    with closed as (
      update landfall.rejects
      set closed_by = ${of}, closed_at = pg_catalog.clock_timestamp(), open_as = origin.record_no, open_line = origin.line
      from landfall.rejects as mine
      left join landfall.rejects as origin on (origin.load_id operator(pg_catalog.=) ${of})
        and (origin.replayed_by operator(pg_catalog.=) ${loadId})
        and (origin.replayed_as operator(pg_catalog.=) mine.record_no)
      where (mine.load_id operator(pg_catalog.=) ${loadId})
        and (mine.kind operator(pg_catalog.=) 'reject')
        and (rejects.load_id operator(pg_catalog.=) mine.load_id)
        and (rejects.record_no operator(pg_catalog.=) mine.record_no)
      returning 1
    )
    select pg_catalog.count(*) as closed
    from closed`;
}
