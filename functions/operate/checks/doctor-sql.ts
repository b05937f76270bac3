import { sql, type Sql } from '../../core/sql.ts';

/** The server and the session, as they answer. */
export interface ServerFacts {
  readonly version: string;
  readonly recovering: boolean;
  readonly readonly: boolean;
  readonly encrypted: boolean;
  /** The connection does not leave the machine. */
  readonly local: boolean;
  readonly encoding: string;
  readonly fsync: boolean;
  readonly transaction_timeout_ms: number;
  readonly free_connections: number;
  /** The process that serves this statement. */
  readonly backend: number;
  readonly role: string;
  readonly database: string;
  readonly may_create: boolean;
}

/** One row. transaction_timeout is read in the server's own unit, ms. */
export function selectServerFacts(): Sql {
  return sql`
    select
      current_setting('server_version') as version,
      pg_is_in_recovery() as recovering,
      current_setting('default_transaction_read_only')::boolean as readonly,
      coalesce((select ssl from pg_stat_ssl where (pid = pg_backend_pid())), false) as encrypted,
      (inet_client_addr() is null) or (inet_client_addr() = inet_server_addr()) as local,
      current_setting('server_encoding') as encoding,
      current_setting('fsync')::boolean as fsync,
      coalesce((select setting::bigint from pg_settings where (name = 'transaction_timeout')), 0) as transaction_timeout_ms,
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
        - (select count(*)::integer from pg_stat_activity where (backend_type = 'client backend')) as free_connections,
      pg_backend_pid() as backend,
      current_user::text as role,
      current_database()::text as database,
      has_database_privilege(current_database(), 'create') as may_create`;
}

/** What a load does to each table of the ledger: what its role must be granted. */
export const ledgerPrivileges: readonly (readonly [table: string, privileges: readonly string[]])[] = [
  ['landfall.migrations', ['select']],
  ['landfall.loads', ['select', 'insert', 'update']],
  ['landfall.objects', ['select', 'insert', 'update']],
  ['landfall.windows', ['select', 'insert', 'update', 'delete']],
  ['landfall.gathered', ['select', 'insert']],
  ['landfall.set_starts', ['select', 'insert', 'update', 'delete']],
  ['landfall.slices', ['select', 'insert', 'update', 'delete']],
  ['landfall.batches', ['select', 'insert', 'update', 'delete']],
  ['landfall.rejects', ['select', 'insert', 'update', 'delete']],
  ['landfall.kept_rows', ['select', 'insert', 'delete']],
  ['landfall.tombstones', ['select', 'insert', 'update']],
  ['landfall.journal', ['select', 'insert', 'delete']],
  ['landfall.undos', ['select', 'insert', 'update']],
  ['landfall.undo_kept', ['select', 'insert']],
  ['landfall.indexes', ['select', 'insert', 'update', 'delete']],
  ['landfall.leases', ['select', 'insert', 'update', 'delete']],
  ['landfall.waiters', ['select', 'insert', 'update', 'delete']],
  ['landfall.waits', ['select', 'insert', 'update', 'delete']],
  ['landfall.pauses', ['select', 'insert', 'delete']],
  ['landfall.operations', ['select', 'insert', 'update']],
  ['landfall.operating', ['select', 'update']],
  ['landfall.listings', ['select', 'insert', 'update']],
  ['landfall.told_failures', ['select', 'insert', 'update', 'delete']],
  ['landfall_staging.epochs', ['select', 'insert', 'update', 'delete']],
];

/** A line for each right of the ledger that this role lacks, as GRANT has it. */
export function selectMissingOfLedger(): Sql {
  const tables = ledgerPrivileges.flatMap(([table, privileges]) =>
    privileges.map((privilege) => ({ table, privilege })),
  );
  return sql`
    select wanted.privilege || ' on ' || wanted.relation as missing
    from unnest(${tables.map(({ table }) => table)}::text[], ${tables.map(({ privilege }) => privilege)}::text[])
      with ordinality as wanted (relation, privilege, place)
    join pg_class on (pg_class.relname = split_part(wanted.relation, '.', 2))
    join pg_namespace on (pg_namespace.oid = pg_class.relnamespace) and (pg_namespace.nspname = split_part(wanted.relation, '.', 1))
    where (not has_table_privilege(pg_class.oid, wanted.privilege))
    union all
    select wanted.privilege || ' on schema ' || wanted.schema
    from (values ('landfall', 'usage'), ('landfall_staging', 'usage'), ('landfall_staging', 'create')) as wanted (schema, privilege)
    where (not has_schema_privilege(wanted.schema, wanted.privilege))`;
}

/** What this role may do to a target; null privileges where it is not there. */
export interface TargetFacts {
  readonly place: number;
  readonly found: boolean;
  readonly uses_schema: boolean;
  readonly selects: boolean;
  readonly inserts: boolean;
  readonly updates: boolean;
  readonly deletes: boolean;
  /** Null before PostgreSQL 17, which has no such privilege. */
  readonly maintains: boolean | null;
  /** ANALYZE takes its statistics. */
  readonly analyzes: boolean;
  /** Parents of its foreign keys that it may not read, as GRANT names them. */
  readonly unreadable_parents: readonly string[];
}

/** One row a target, in the order they are given. Whether there is a privilege MAINTAIN is a matter of the server's version. */
export function selectTargets(
  targets: readonly { readonly schema: string; readonly table: string }[],
  canMaintain: boolean,
): Sql {
  const maintains = canMaintain
    ? sql`coalesce(has_table_privilege(target.oid, 'maintain'), false)`
    : sql`null::boolean`;
  return sql`
    select
      (wanted.place - 1)::integer as place,
      (target.oid is not null) as found,
      coalesce(has_schema_privilege(target.relnamespace, 'usage'), false) as uses_schema,
      coalesce(has_table_privilege(target.oid, 'select'), false) as selects,
      coalesce(has_table_privilege(target.oid, 'insert'), false) as inserts,
      coalesce(has_table_privilege(target.oid, 'update'), false) as updates,
      coalesce(has_table_privilege(target.oid, 'delete'), false) as deletes,
      ${maintains} as maintains,
      coalesce(
        ${maintains},
        pg_has_role(target.relowner, 'usage')
          or exists (select from pg_database where (datname = current_database()) and pg_has_role(datdba, 'usage'))
      ) as analyzes,
      array(
        select distinct format('%I.%I', parent_schema.nspname, parent.relname)
        from pg_constraint
        join pg_class as parent on (parent.oid = pg_constraint.confrelid)
        join pg_namespace as parent_schema on (parent_schema.oid = parent.relnamespace)
        where (pg_constraint.conrelid = target.oid)
          and (pg_constraint.contype = 'f')
          and not (has_schema_privilege(parent_schema.oid, 'usage') and has_table_privilege(parent.oid, 'select'))
      ) as unreadable_parents
    from unnest(${targets.map(({ schema }) => schema)}::text[], ${targets.map(({ table }) => table)}::text[])
      with ordinality as wanted (schema, name, place)
    left join (pg_class as target join pg_namespace as target_schema on (target_schema.oid = target.relnamespace))
      on (target_schema.nspname = wanted.schema) and (target.relname = wanted.name) and (target.relkind in ('r', 'p'))
    order by wanted.place`;
}
