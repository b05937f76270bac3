import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Duck, quoted } from './duckdb.ts';

const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd', 'lz4_raw', 'brotli'];

/**
 * Types that PostgreSQL has no like of, or that DuckDB writes as something else than it is; its varchar
 * has a NUL, and its first and last days are none of PostgreSQL: such records are rejects.
 */
const leftOut = [
  ...['bignum', 'bit', 'union', 'time_tz', 'fixed_int_array', 'fixed_varchar_array', 'fixed_nested_int_array'],
  ...['fixed_nested_varchar_array', 'fixed_struct_array', 'struct_of_fixed_array', 'fixed_array_of_int_list'],
  ...['list_of_fixed_int_array', 'variant', 'geometry', 'time_ns', 'hugeint', 'uhugeint', 'varchar'],
  ...['date', 'time', 'timestamp', 'timestamp_s', 'timestamp_ms', 'timestamp_tz'],
];

/** Files of all that DuckDB writes: its own extremes of each type, and 6,000 rows in many row groups, by codec and version. */
export async function madeFiles(duck: Duck, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  const write = async (name: string, select: string, options: string): Promise<void> => {
    const path = join(folder, `${name}.parquet`);
    await duck.run(`copy (${select}) to ${quoted(path)} (format parquet, ${options})`);
    paths.push(path);
  };
  const known = new Set((await duck.rows('describe select * from test_all_types()')).map(([name]) => String(name)));
  const excluded = leftOut.filter((name) => known.has(name)).map((name) => `"${name}"`);
  const extremes = `select * exclude (${excluded.join(', ')}) from test_all_types()`;
  for (const version of ['v1', 'v2']) {
    await write(`all-types-${version}`, extremes, `parquet_version ${version}`);
    for (const codec of codecs) {
      const options = `parquet_version ${version}, codec ${codec}, row_group_size 2048`;
      await write(`rows-${codec}-${version}`, manyRows, options);
    }
  }
  const lines = join(folder, 'numbers.ndjson');
  await writeFile(lines, jsonLines);
  return [...paths, lines];
}

/** Values of each width with NULLs; few different ones, many, and rising ones, so that every encoding is chosen. */
const manyRows = `
  select
    i::integer as rising,
    (hash(i) % 9223372036854775807)::bigint as scattered,
    case when i % 7 = 0 then null else (i % 5)::smallint end as few,
    ((hash(i) % 10000)::double / 100)::decimal(4,2) as d4,
    ((hash(i) % 900000000)::double / 1000)::decimal(9,3) as d9,
    ((hash(i) % 9000000000000000)::varchar || '.25')::decimal(18,2) as d18,
    (hash(i)::varchar || left(hash(i + 1)::varchar, 12) || '.1234')::decimal(38,4) as d38,
    i / 7.0::double as ratio, (i / 3.0)::float as third,
    date '1999-12-31' + (i % 9000)::integer as day,
    timestamp '2001-02-03 04:05:06.789' + to_microseconds(i * 1234567) as moment,
    (timestamp '2001-02-03 04:05:06.789' + to_microseconds(i * 7654321))::timestamptz as utc,
    time '00:00:01' + to_microseconds(i * 1001) as hour,
    case when i % 3 = 0 then null when i % 11 = 0 then '' else 'text ' || (i % 13) || ', "' || chr((127744 + i % 200)::integer) || '"' end as words,
    md5(i::varchar)::blob as bytes, ('00000000-0000-0000-0000-' || lpad(i::varchar, 12, '0'))::uuid as id,
    to_months((i % 30)::integer) + to_days((i % 400)::integer) as span,
    i % 2 = 0 as even,
    case when i % 5 = 0 then null else range(i % 4) end as list,
    {'a': i, 'b': {'c': case when i % 4 = 0 then null else 'x' || i end, 'd': [i, null]}} as parts,
    map([i::varchar, 'k'], [i * 2, null]) as pairs
  from range(6000) as t(i)`;

/** What becomes another number, or another text, in readers that hold doubles or do not read escapes. */
const jsonLines = `${[
  '{"id": 1, "n": 9007199254740993, "t": "\\u00e9\\ud83d\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t", "j": {"a": [1, 2.50, null, {"b": 12345678901234567890}]}}',
  '{"id": 2, "n": -0, "t": "", "j": []}',
  '{"id": 3, "n": 18446744073709551615, "t": null, "j": {}}',
  '{"id": 4, "n": 0.1, "t": "null", "j": null}',
  '{"id": 5, "n": 1e3, "t": " blanks ", "j": [true, false, "\\u0041"]}',
  '{"id": 6, "t": "a,b", "n": -12.5E-3}',
  '{"n": 123456789.123456789, "id": 7, "t": "\\u005c\\u0022", "j": [[[]]]}',
].join('\n')}\n`;
