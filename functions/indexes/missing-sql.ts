import { sql, type Sql } from '../core/sql.ts';

/** An index that a load dropped and that is not back. */
export interface Missing {
  readonly indexId: number;
  readonly loadId: number;
  readonly target: string;
  readonly tableOid: number;
  /** The table as it is named now. */
  readonly tableSchema: string;
  readonly table: string;
  readonly schema: string;
  readonly name: string;
  /** Of a partition's: the index that it is attached to; null: none. */
  readonly attachedTo: { readonly schema: string; readonly name: string } | null;
  /** Its table is partitioned: it is built without its parts, and whole when all of them are attached. */
  readonly isPartitioned: boolean;
  readonly definition: string;
  readonly comment: string | null;
  readonly statistics: readonly { readonly column: number; readonly target: number }[];
  readonly tablespace: string | null;
  readonly isClustered: boolean;
  readonly isConcurrent: boolean;
  readonly sizeBytes: number;
  readonly droppedAt: Date;
  readonly trouble: string | null;
  /** An index of this table, whole and valid, has its name and its definition: somebody else built it. */
  readonly isThere: boolean;
  /** One of this table has its name and is invalid: a build or a drop was broken off. */
  readonly isBroken: boolean;
}

/** Of these targets, or of all: those that are not back. One whose table is gone is missed by nobody. */
export function selectMissing(target: string | null = null): Sql {
  return sql`
    select
      missing.index_id as "indexId", missing.load_id as "loadId", missing.target, missing.table_oid::pg_catalog.int8 as "tableOid",
      n.nspname as "tableSchema", t.relname as "table", missing.index_schema as "schema", missing.index_name as "name",
      missing.attached_to as "attachedTo", (t.relkind operator(pg_catalog.=) 'p') as "isPartitioned",
      missing.definition, missing.comment, missing.statistics, missing.tablespace, missing.is_clustered as "isClustered",
      missing.is_concurrent as "isConcurrent",
      missing.size_bytes as "sizeBytes", missing.dropped_at as "droppedAt", missing.trouble,
      exists (
        select
        from pg_catalog.pg_index as i
        join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
        where (i.indrelid operator(pg_catalog.=) t.oid)
          and (c.relname operator(pg_catalog.=) missing.index_name)
          and ((t.relkind operator(pg_catalog.=) 'p') or (i.indisvalid and i.indisready))
          and (pg_catalog.pg_get_indexdef(i.indexrelid) operator(pg_catalog.=) missing.definition)
      ) as "isThere",
      exists (
        select
        from pg_catalog.pg_index as i
        join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
        where (i.indrelid operator(pg_catalog.=) t.oid)
          and (c.relname operator(pg_catalog.=) missing.index_name)
          and (t.relkind operator(pg_catalog.<>) 'p')
          and (not (i.indisvalid and i.indisready))
      ) as "isBroken"
    from landfall.indexes as missing
    join pg_catalog.pg_class as t on (t.oid operator(pg_catalog.=) missing.table_oid)
    join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) t.relnamespace)
    where (missing.rebuilt_at is null)
      and ((${target}::pg_catalog.text is null) or (missing.target operator(pg_catalog.=) ${target}))
    order by missing.index_id`;
}

/**
 * `{ target, indexes, isDue }` of each target that nobody holds and of which indexes are missing since so many minutes: no load of it
 * works, so none brings them back. Due: nobody tried within the last hours, or not all of them could not be built.
 */
export function selectLeft(minutes: number, triedHours: number): Sql {
  return sql`
    select missing.target, pg_catalog.count(*)::pg_catalog.int4 as indexes,
      pg_catalog.bool_or((missing.tried_at is null) or (missing.tried_at operator(pg_catalog.<)
        (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(hours => ${triedHours})))) as "isDue"
    from landfall.indexes as missing
    join pg_catalog.pg_class as t on (t.oid operator(pg_catalog.=) missing.table_oid)
    left join landfall.loads on (loads.load_id operator(pg_catalog.=) missing.load_id)
    where (missing.rebuilt_at is null)
      and (greatest(missing.dropped_at, loads.ended_at) operator(pg_catalog.<)
        (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(mins => ${minutes})))
      and not exists (
        select
        from landfall.leases
        where (leases.target operator(pg_catalog.=) missing.target)
          and (leases.expires_at operator(pg_catalog.>) pg_catalog.clock_timestamp())
      )
    group by missing.target
    order by missing.target`;
}

/** No row: its build runs in the server and holds its row, or it is back. */
export function selectFree(indexId: number): Sql {
  return sql`
    select index_id
    from landfall.indexes
    where (index_id operator(pg_catalog.=) ${indexId})
      and (rebuilt_at is null)
    for update skip locked`;
}

/** `{ backend }`: the process that serves this statement. */
export const selectBackend: Sql = sql`select pg_catalog.pg_backend_pid() as backend`;

/** Holds it for this session, as a build does that can be in no transaction; `{ held }` false: another session has it. */
export function lockSession(indexId: number): Sql {
  return sql`select pg_catalog.pg_try_advisory_lock(${lockSpace}, ${indexId}::pg_catalog.int4) as held`;
}

/** The first of two numbers of an advisory lock: `land`, in ASCII. */
const lockSpace = sql`1818324580`;

/** `{ seconds }` for which the build of this one has been running, by the name of its session; no row where none is seen. */
export function selectBuilding(indexId: number): Sql {
  return sql`
    select pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) a.xact_start)::pg_catalog.float8 as seconds
    from pg_catalog.pg_stat_activity as a
    where (a.application_name operator(pg_catalog.=) ${buildName(indexId)})
      and (a.datname operator(pg_catalog.=) pg_catalog.current_database())
      and (a.xact_start is not null)`;
}

/** Under which the server shows the session that builds it: not that of a load, whose takeover would end it. */
export function buildName(indexId: number): string {
  return `landfall:index:${indexId}`;
}

/** It could not be built, for this reason. */
export function updateTrouble(indexId: number, trouble: string): Sql {
  return sql`
    update landfall.indexes
    set trouble = ${trouble}, tried_at = pg_catalog.clock_timestamp()
    where (index_id operator(pg_catalog.=) ${indexId})
      and (rebuilt_at is null)`;
}

/**
 * `{ missing }`: whether this attempt has indexes to bring back before its load ends. Those of its target that it has not tried
 * itself, whichever load dropped them; not while another load has the target, which will do so, and not of a dry run, which changes nothing.
 */
export function selectToBringBack(loadId: number, token: string): Sql {
  return sql`
    select exists (
      select
      from landfall.indexes as missing
      join pg_catalog.pg_class as t on (t.oid operator(pg_catalog.=) missing.table_oid)
      where (missing.target operator(pg_catalog.=) loads.target)
        and (missing.rebuilt_at is null)
        and ((missing.tried_at is null) or (missing.tried_at operator(pg_catalog.<) coalesce(loads.attempt_started_at, loads.started_at)))
    ) and not exists (
      select
      from landfall.leases
      where (leases.target operator(pg_catalog.=) loads.target)
        and (leases.token operator(pg_catalog.<>) ${token})
    ) and (coalesce((loads.request operator(pg_catalog.->>) 'dryRun')::pg_catalog.bool, false) is false) as missing
    from landfall.loads
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}
