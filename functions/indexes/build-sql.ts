import { ident, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import { dropBeside, dropIndexes } from './drop-sql.ts';
import type { Missing } from './missing-sql.ts';

/**
 * What builds an index and all that belongs to it, and takes it off the list, as statements of one message: the server works it off to the
 * end also where whoever sent it is gone. It holds the index's row from the first on, so nothing is built twice, and is undone
 * where what came out is not what was written down, to the letter and on the same table.
 * @param missing whose definition isIndexDefinition has passed
 */
export function buildStatements(
  missing: Missing,
  memory: BuildMemory | null = null,
  seconds: number | null = null,
): readonly Sql[] {
  const { schema, name, comment, statistics, tablespace, isClustered, tableSchema, table, attachedTo } = missing;
  const index = ident(schema, name);
  return [
    // results of one message are sent at its end: a client that is gone is not noticed before that, but by a notice or by this
    sql`set local client_connection_check_interval = 0`,
    sql`set local client_min_messages = error`,
    sql`set local default_tablespace = ${literal(tablespace ?? '')}`,
    ...memorySettings(memory),
    holdRow(missing),
    ...(missing.isBroken ? [dropIndexes([missing])] : []),
    trustedSql(missing.definition),
    ...(comment === null ? [] : [sql`comment on index ${index} is ${literal(comment)}`]),
    ...statistics.map(
      ({ column, target }) =>
        sql`alter index ${index} alter column ${wholeNumber(column)} set statistics ${wholeNumber(target)}`,
    ),
    ...(isClustered ? [sql`alter table ${ident(tableSchema, table)} cluster on ${ident(name)}`] : []),
    ...(attachedTo === null
      ? []
      : [sql`alter index ${ident(attachedTo.schema, attachedTo.name)} attach partition ${index}`]),
    finish(missing, seconds),
  ];
}

/** What a build may take of the server; null: its own settings. */
export interface BuildMemory {
  readonly maintenanceWorkMemKb: number;
  readonly maintenanceWorkers: number;
}

function memorySettings(memory: BuildMemory | null): readonly Sql[] {
  if (memory === null) return [];
  return [
    sql`set local maintenance_work_mem = ${wholeNumber(memory.maintenanceWorkMemKb)}`,
    sql`set local max_parallel_maintenance_workers = ${wholeNumber(memory.maintenanceWorkers)}`,
  ];
}

/**
 * The same where others use the table, each a message of its own: what is broken goes, and the index is built without keeping anybody
 * from writing, by one process. What belongs to it is said by adoptStatements then.
 */
export function besideStatements(missing: Missing, memory: BuildMemory | null): readonly Sql[] {
  const { isBroken, definition, tablespace } = missing;
  return [
    ...(isBroken ? [dropBeside(missing)] : []),
    sql`set default_tablespace = ${literal(tablespace ?? '')}`,
    ...(memory === null ? [] : [sql`set maintenance_work_mem = ${wholeNumber(memory.maintenanceWorkMemKb)}`]),
    sql`set max_parallel_maintenance_workers = 0`,
    trustedSql(definition.replace('CREATE INDEX ', 'CREATE INDEX CONCURRENTLY ')),
  ];
}

/** Of an index that is there already, as it was: only what is said about it. */
export function adoptStatements(missing: Missing, seconds: number | null = null): readonly Sql[] {
  return buildStatements({ ...missing, isBroken: false }, null, seconds).filter(
    ({ text }) => text !== missing.definition,
  );
}

function holdRow({ indexId }: Missing): Sql {
  return doBlock(sql`
    perform from landfall.indexes
    where (index_id operator(pg_catalog.=) ${wholeNumber(indexId)}) and (rebuilt_at is null)
    for update nowait;
    if not found then
      raise exception using errcode = 'lock_not_available', message = 'it is back';
    end if;`);
}

/** `seconds` that the build took; null: as long as this transaction. */
function finish({ indexId, schema, name, tableOid, definition, isPartitioned }: Missing, seconds: number | null): Sql {
  const own = sql`pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.transaction_timestamp())`;
  return doBlock(sql`
    if not exists (
      select
      from pg_catalog.pg_index as i
      join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
      join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) c.relnamespace)
      where (i.indrelid operator(pg_catalog.=) ${wholeNumber(tableOid)}::pg_catalog.oid)
        and (n.nspname operator(pg_catalog.=) ${literal(schema)})
        and (c.relname operator(pg_catalog.=) ${literal(name)})
        and (${isPartitioned ? sql`true` : sql`i.indisvalid and i.indisready`})
        and (pg_catalog.pg_get_indexdef(i.indexrelid) operator(pg_catalog.=) ${literal(definition)})
    ) then
      raise exception using errcode = 'data_exception', message = 'what was built is not what the ledger describes';
    end if;
    update landfall.indexes
    set rebuilt_at = pg_catalog.clock_timestamp(), trouble = null, tried_at = null,
      seconds = ${seconds === null ? own : sql`${wholeNumber(seconds)}`}
    where (index_id operator(pg_catalog.=) ${wholeNumber(indexId)});`);
}

function doBlock(body: Sql): Sql {
  return sql`do ${literal(`begin ${body.text} end`)}`;
}

function wholeNumber(value: number): Sql {
  return trustedSql(String(Math.trunc(value)));
}
