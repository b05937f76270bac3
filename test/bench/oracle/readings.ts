import { type Duck, named, quoted } from './duckdb.ts';

/** A column as DuckDB reads it, and the type that it is compared in. */
export interface ReadColumn {
  readonly name: string;
  /** Of PostgreSQL. */
  readonly type: string;
  /** DuckDB's expression for the text that PostgreSQL reads. */
  readonly text: string;
}

/** A file as DuckDB reads it. */
export interface Reading {
  readonly columns: readonly ReadColumn[];
  /** What its rows are selected from, in the order of the file; `landfall_row` is their number from 1. */
  readonly from: string;
}

/** The rows of a Parquet file. */
export async function parquetReading(duck: Duck, path: string): Promise<Reading> {
  const read = `read_parquet(${quoted(path)}, file_row_number = true)`;
  const described = await duck.rows(`describe select * exclude (file_row_number) from ${read}`);
  const columns = described.map(([name, type]) => columnOf(String(name), String(type)));
  return { columns, from: `(select *, file_row_number + 1 as landfall_row from ${read})` };
}

/** The objects of JSON lines, or of an array; each value as its own text, whatever types DuckDB would see in them. Null: they are no objects. */
export async function jsonReading(duck: Duck, path: string): Promise<Reading | null> {
  const objects = `read_json_objects(${quoted(path)}, format = 'auto', maximum_object_size = 268435456)`;
  const from = `(select json, row_number() over () as landfall_row from ${objects})`;
  const kinds = await duck.rows(`select distinct json_type(json) from ${from}`);
  if (kinds.length !== 1 || kinds[0]?.[0] !== 'OBJECT') return null;
  const keys = await duck.rows(`
    select key, list(distinct json_type(json, '/' || replace(replace(key, '~', '~0'), '/', '~1')))
    from (select json, unnest(json_keys(json)) as key from ${from}) group by key order by key`);
  const columns = keys.map(([key, types]) => jsonColumn(String(key), types as readonly string[]));
  return { columns, from };
}

const numbers = new Set(['UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT']);

function jsonColumn(name: string, types: readonly string[]): ReadColumn {
  const pointer = quoted(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const text = `json ->> ${pointer}`;
  const seen = types.filter((type) => type !== 'NULL');
  if (seen.some((type) => type === 'OBJECT' || type === 'ARRAY')) return { name, type: 'jsonb', text };
  if (seen.length > 0 && seen.every((type) => numbers.has(type))) return { name, type: 'numeric', text };
  if (seen.length > 0 && seen.every((type) => type === 'BOOLEAN')) return { name, type: 'boolean', text };
  return { name, type: 'text', text };
}

const types: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'smallint',
  UTINYINT: 'smallint',
  SMALLINT: 'smallint',
  USMALLINT: 'integer',
  INTEGER: 'integer',
  UINTEGER: 'bigint',
  BIGINT: 'bigint',
  UBIGINT: 'numeric',
  HUGEINT: 'numeric',
  FLOAT: 'real',
  DOUBLE: 'double precision',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  UUID: 'uuid',
  INTERVAL: 'interval',
  JSON: 'jsonb',
  BLOB: 'bytea',
};

function columnOf(name: string, duckType: string): ReadColumn {
  const column = named(name);
  if (/^(?:STRUCT|MAP)\(|\[\d*\]$/.test(duckType)) return { name, type: 'jsonb', text: `to_json(${column})::varchar` };
  if (duckType.startsWith('DECIMAL')) {
    return { name, type: duckType.replace('DECIMAL', 'numeric'), text: `${column}::varchar` };
  }
  const text = duckType === 'BLOB' ? `'\\x' || lower(hex(${column}))` : `replace(${column}::varchar, '(BC)', 'BC')`;
  // of nanoseconds PostgreSQL has no type: as texts
  return { name, type: types[duckType] ?? 'text', text: duckType === 'VARCHAR' ? column : text };
}
