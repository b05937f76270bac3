import { sql, type Sql } from '../../core/sql.ts';

/** What became of rows so far, since somebody asked for the undo. */
export interface UndoRow {
  readonly asked_by: string;
  readonly why: string | null;
  readonly asked_at: Date;
  readonly began_at: Date | null;
  readonly ended_at: Date | null;
  /** The load's report says so. */
  readonly reported_at: Date | null;
  readonly restored: number;
  readonly removed: number;
  readonly returned: number;
  readonly untouched: number;
  readonly kept: number;
  readonly execution: string | null;
  /** Its newest execution ended before it had; null: it has not. */
  readonly failed_at: Date | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** Counts that one transaction adds. */
export type UndoCounts = Pick<UndoRow, 'restored' | 'removed' | 'returned' | 'untouched' | 'kept'>;

/** Who asked first is who asked. */
export function insertUndo(asked: { readonly loadId: number; readonly by: string; readonly why: string | null }): Sql {
  return sql`
    insert into landfall.undos (load_id, asked_by, why)
    values (${asked.loadId}, ${asked.by}, ${asked.why})
    on conflict (load_id) do nothing`;
}

/** Answers no row where nobody asked. */
export function selectUndo(loadId: number): Sql {
  return sql`select * from landfall.undos where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** A chunk that is not undone yet; `xmin` of it is that of its rows. */
export interface ChunkRow {
  readonly chunk: number;
  readonly kind: 'inserted' | 'updated' | 'deleted';
  readonly rows: number;
}

/** Chunks that are not undone yet, what was written last first: `rows` rows of them or less, one chunk at least. */
export function selectChunks(loadId: number, rows: number): Sql {
  return sql`
    select summed.chunk, summed.kind, summed.rows
    from (
      select latest.*, pg_catalog.sum(latest.rows) over (order by latest.chunk desc) as through
      from (
        select journal.chunk, journal.kind, journal.rows
        from landfall.journal
        where (journal.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
        order by journal.chunk desc
        limit 1000
      ) as latest
    ) as summed
    where ((summed.through operator(pg_catalog.-) summed.rows) operator(pg_catalog.=) 0)
      or (summed.through operator(pg_catalog.<=) ${rows}::pg_catalog.int8)
    order by summed.chunk desc`;
}

/** Rows of the journal that are not undone yet, by kind: { kind, rows }. */
export function selectJournalled(loadId: number): Sql {
  return sql`
    select journal.kind, pg_catalog.sum(journal.rows)::pg_catalog.int8 as rows
    from landfall.journal
    where (journal.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
    group by journal.kind`;
}

/** The receipt of a chunk that is undone: it is gone, in the transaction that undid it. */
export function deleteChunk(loadId: number, chunk: number): Sql {
  return sql`
    delete from landfall.journal
    where (journal.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      and (journal.chunk operator(pg_catalog.=) ${chunk}::pg_catalog.int8)`;
}

/** Adds what one transaction did. */
export function updateUndo(loadId: number, { restored, removed, returned, untouched, kept }: UndoCounts): Sql {
  return sql`
    update landfall.undos
    set restored = restored operator(pg_catalog.+) ${restored}, removed = removed operator(pg_catalog.+) ${removed},
      returned = returned operator(pg_catalog.+) ${returned}, untouched = untouched operator(pg_catalog.+) ${untouched},
      kept = kept operator(pg_catalog.+) ${kept}
    where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** A row that the target refuses to be as it was. */
export interface RefusedRow {
  readonly chunk: number;
  readonly place: number;
  readonly key: string;
  readonly why: 'refused' | 'referenced';
  readonly sqlState: string | null;
  readonly message: string;
}

/** Lists it. */
export function insertRefused(loadId: number, { chunk, place, key, why, sqlState, message }: RefusedRow): Sql {
  return sql`
    insert into landfall.undo_kept (load_id, chunk, place, why, key, sql_state, message)
    values (${loadId}, ${chunk}, ${place}, ${why}, ${key}, ${sqlState}, ${message})`;
}

/** A row that stays as it is. */
export interface UndoKeptRow {
  readonly why: 'changed' | 'deleted' | 'made' | 'referenced' | 'refused';
  readonly key: string;
  readonly sql_state: string | null;
  readonly message: string;
}

/** Rows that stay, in the order of the load's journal: `most` of them. */
export function selectUndoKept(loadId: number, most: number): Sql {
  return sql`
    select kept.why, kept.key, kept.sql_state, kept.message
    from landfall.undo_kept as kept
    where (kept.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
    order by kept.chunk, kept.place
    limit ${most}::pg_catalog.int8`;
}

/** How many rows stay, and why: { why, rows }. */
export function countUndoKept(loadId: number): Sql {
  return sql`
    select kept.why, pg_catalog.count(*)::pg_catalog.int8 as rows
    from landfall.undo_kept as kept
    where (kept.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
    group by kept.why
    order by kept.why`;
}

/** It begins, or goes on. */
export function updateUndoBegun(loadId: number): Sql {
  return sql`
    update landfall.undos
    set began_at = coalesce(began_at, pg_catalog.clock_timestamp())
    where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** It has ended, so the load's object may be loaded again. */
export function updateUndone(loadId: number): Sql {
  return sql`
    with ended as (
      update landfall.undos
      set ended_at = coalesce(ended_at, pg_catalog.clock_timestamp())
      where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      returning ended_at
    )
    update landfall.loads
    set undone_at = coalesce(loads.undone_at, ended.ended_at)
    from ended
    where (loads.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** Its load's report says that it has ended. */
export function updateUndoReported(loadId: number): Sql {
  return sql`
    update landfall.undos
    set reported_at = pg_catalog.clock_timestamp()
    where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)`;
}

/** Rejects that a replay closed are open again, since it is undone: { reopened }. They are judged again where somebody asks for it. */
export function updateReopened({ loadId, of }: { readonly loadId: number; readonly of: number }): Sql {
  return sql`
    with reopened as (
      update landfall.rejects
      set closed_by = null, closed_at = null, replayed_by = null, replayed_as = null, replayed_whole = null
      where (rejects.load_id operator(pg_catalog.=) ${of}::pg_catalog.int8)
        and (rejects.closed_by operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      returning 1
    )
    select pg_catalog.count(*) as reopened
    from reopened`;
}

/** What these loads rejected waits for no parent any more: what somebody took back does not come again by itself. */
export function updateAwaitsNothing(loadIds: readonly number[]): Sql {
  return sql`
    update landfall.loads
    set awaits = null, awaits_until = null
    where (loads.load_id operator(pg_catalog.=) any (${loadIds}::pg_catalog.int8[]))
      and (loads.awaits is not null)`;
}

/** A newer attempt shuts out the older; what became of the load stands. */
export function updateUndoAttempt(loadId: number, attempt: number): Sql {
  return sql`
    update landfall.loads
    set attempt = ${attempt}
    where (load_id = ${loadId})`;
}
