import { literal, sql, type Sql } from '../../core/sql.ts';

/** ISO 8601, UTC, as JavaScript writes it. */
function moment(at: Sql): Sql {
  return sql`pg_catalog.to_char(${at} at time zone 'UTC', ${literal('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')})`;
}

/** What report.json says of a load's undo (protocol/undo/undone.ts): jsonb; NULL where nobody asked for one. */
export function undoOf(loadId: number): Sql {
  return sql`(
        select pg_catalog.jsonb_build_object(
          'at', ${moment(sql`undos.ended_at`)}, 'by', undos.asked_by, 'askedAt', ${moment(sql`undos.asked_at`)}, 'why', undos.why,
          'restored', undos.restored, 'removed', undos.removed, 'returned', undos.returned, 'untouched', undos.untouched, 'kept', undos.kept
        ) operator(pg_catalog.||) (case when (undos.failed_at is not null) and (undos.ended_at is null) then pg_catalog.jsonb_build_object(
          'stopped', pg_catalog.jsonb_build_object('at', ${moment(sql`undos.failed_at`)}, 'code', undos.code, 'message', undos.message)
        ) else '{}'::pg_catalog.jsonb end)
        from landfall.undos
        where (undos.load_id operator(pg_catalog.=) ${loadId}::pg_catalog.int8)
      )`;
}

/** The newest load of the same object before the row `loads` that loaded it, where that one is undone: jsonb { loadId, at, by }, else NULL. */
export const undoneBefore: Sql = sql`(
        select (case when (before.undone_at is not null) then pg_catalog.jsonb_build_object(
          'loadId', before.load_id, 'at', ${moment(sql`before.undone_at`)}, 'by', undos.asked_by
        ) end)
        from landfall.loads as before
        left join landfall.undos on (undos.load_id operator(pg_catalog.=) before.load_id)
        where (before.dataset operator(pg_catalog.=) loads.dataset)
          and (before.bucket operator(pg_catalog.=) loads.bucket)
          and (before.key operator(pg_catalog.=) loads.key)
          and (before.version_id operator(pg_catalog.=) loads.version_id)
          and (before.generation operator(pg_catalog.<) loads.generation)
          and (before.outcome operator(pg_catalog.=) 'LOADED')
        order by before.generation desc
        limit 1
      )`;
