import { ident, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import type { Missing } from './missing-sql.ts';

/**
 * What builds an index and all that belongs to it, and takes it off the list, as statements of one message: the server works it off to the
 * end also where whoever sent it is gone. It holds the index's row from the first on, so nothing is built twice, and is undone
 * where what came out is not what was written down, to the letter and on the same table.
 * @param missing whose definition isIndexDefinition has passed
 */
export function buildStatements(missing: Missing): readonly Sql[] {
  const { schema, name, comment, statistics, tablespace, isClustered, tableSchema, table } = missing;
  const index = ident(schema, name);
  return [
    // results of one message are sent at its end: a client that is gone is not noticed before that, but by a notice or by this
    sql`set local client_connection_check_interval = 0`,
    sql`set local client_min_messages = error`,
    sql`set local default_tablespace = ${literal(tablespace ?? '')}`,
    holdRow(missing),
    trustedSql(missing.definition),
    ...(comment === null ? [] : [sql`comment on index ${index} is ${literal(comment)}`]),
    ...statistics.map(
      ({ column, target }) =>
        sql`alter index ${index} alter column ${wholeNumber(column)} set statistics ${wholeNumber(target)}`,
    ),
    ...(isClustered ? [sql`alter table ${ident(tableSchema, table)} cluster on ${ident(name)}`] : []),
    finish(missing),
  ];
}

/** Of an index that is there already, as it was: only what is said about it. */
export function adoptStatements(missing: Missing): readonly Sql[] {
  return buildStatements(missing).filter(({ text }) => text !== missing.definition);
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

function finish({ indexId, schema, name, tableOid, definition }: Missing): Sql {
  return doBlock(sql`
    if not exists (
      select
      from pg_catalog.pg_index as i
      join pg_catalog.pg_class as c on (c.oid operator(pg_catalog.=) i.indexrelid)
      join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) c.relnamespace)
      where (i.indrelid operator(pg_catalog.=) ${wholeNumber(tableOid)}::pg_catalog.oid)
        and (n.nspname operator(pg_catalog.=) ${literal(schema)})
        and (c.relname operator(pg_catalog.=) ${literal(name)})
        and (i.indisvalid and i.indisready)
        and (pg_catalog.pg_get_indexdef(i.indexrelid) operator(pg_catalog.=) ${literal(definition)})
    ) then
      raise exception using errcode = 'data_exception', message = 'what was built is not what the ledger describes';
    end if;
    update landfall.indexes
    set rebuilt_at = pg_catalog.clock_timestamp(), trouble = null, tried_at = null,
      seconds = pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.transaction_timestamp())
    where (index_id operator(pg_catalog.=) ${wholeNumber(indexId)});`);
}

function doBlock(body: Sql): Sql {
  return sql`do ${literal(`begin ${body.text} end`)}`;
}

function wholeNumber(value: number): Sql {
  return trustedSql(String(Math.trunc(value)));
}
