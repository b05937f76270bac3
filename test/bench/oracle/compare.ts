import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join as joined } from 'node:path';
import { ident, join, literal, type Sql, sql, trustedSql } from '../../../functions/core/sql.ts';
import { type Db, many, one, transaction } from '../../../functions/db/client.ts';
import { openCopy } from '../../../functions/db/copy.ts';
import { type LoadReport, loadReportSchema } from '../../../functions/protocol/outcomes.ts';
import { packageFolder } from '../../../project/own-package.ts';
import { outside } from '../../support/outside.ts';
import { plainEnvironment } from '../run-script.ts';
import { type Duck, quoted } from './duckdb.ts';
import type { ReadColumn, Reading } from './readings.ts';

/** Where files are loaded. */
export interface OracleWorld {
  readonly duck: Duck;
  readonly db: Db;
  readonly url: string;
  /** Of texts on their way, and of the command. */
  readonly folder: string;
}

/** How a file came out. */
export interface Compared {
  readonly rows: number;
  readonly cells: number;
  /** Rows that one of both does not have, and cells that differ, by column with one example each. */
  readonly differences: readonly string[];
  /** Null where it was loaded. */
  readonly refused: string | null;
}

const rowNumber = 'landfall_row';

/** Loads a file with the command and compares each cell with DuckDB's, in PostgreSQL's own types. */
export async function compareFile(world: OracleWorld, path: string, reading: Reading): Promise<Compared> {
  const { db } = world;
  const { columns } = reading;
  await outside(db, sql`drop table if exists public.ours, public.duck`);
  await outside(
    db,
    tableOf('ours', columns, (type) => type),
  );
  await outside(
    db,
    tableOf('duck', columns, () => 'text'),
  );
  const loaded = await load(world, path);
  if ('refused' in loaded) return { rows: 0, cells: 0, differences: [], refused: loaded.refused };
  await fillDuck(world, reading);
  const { rows } = await one<{ rows: number }>(db, sql`select count(*) as rows from public.duck`);
  const differences = loaded.report.counts.rejected === 0 ? [] : [rejectedWords(loaded.report)];
  const { missing } = await one<{ missing: number }>(db, unmatchedRows);
  if (missing > 0) differences.push(`${missing} rows are in one of both only`);
  for (const column of columns) differences.push(...(await differencesOf(db, column)));
  return { rows, cells: rows * columns.length, differences, refused: null };
}

function tableOf(name: string, columns: readonly ReadColumn[], typeOf: (type: string) => string): Sql {
  // types are names of readings.ts, and numeric's with the digits that DuckDB printed
  const defined = columns.map((column) => sql`${ident(column.name)} ${trustedSql(typeOf(column.type))}`);
  return sql`create table ${ident('public', name)} (${join([...defined, sql`${ident(rowNumber)} bigint primary key`])})`;
}

const unmatchedRows = sql`
  select count(*) as missing
  from public.ours as o full join public.duck as d on o.landfall_row = d.landfall_row
  where o.landfall_row is null or d.landfall_row is null`;

async function differencesOf(db: Db, { name, type }: ReadColumn): Promise<readonly string[]> {
  const ours = sql`o.${ident(name)}`;
  const theirs = sql`d.${ident(name)}::${trustedSql(type)}`;
  // DuckDB writes 1e3 as 1000.0, and keys of JSON in their order
  const isByValue = type === 'jsonb' || type.startsWith('numeric');
  const differs = isByValue
    ? sql`${ours} is distinct from ${theirs}`
    : sql`${ours}::text is distinct from (${theirs})::text`;
  try {
    const found = await many<{ row: number; ours: string | null; duck: string | null; cells: number }>(
      db,
      sql`
        select d.landfall_row as row, ${ours}::text as ours, d.${ident(name)} as duck, count(*) over () as cells
        from public.ours as o join public.duck as d on o.landfall_row = d.landfall_row
        where ${differs} order by 1 limit 1`,
    );
    return found.map(
      ({ row, ours: own, duck, cells }) =>
        `${cells} cells of ${name} (${type}), the first in row ${row}: ours ${shown(own)}, DuckDB ${shown(duck)}`,
    );
  } catch (error) {
    return [`${name}: DuckDB's texts are no ${type}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function shown(text: string | null): string {
  return text === null ? 'NULL' : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}

async function load(
  { url, folder }: OracleWorld,
  path: string,
): Promise<{ readonly report: LoadReport } | { readonly refused: string }> {
  const options = ['--lineage', `${rowNumber}=record`, '--lenient', 'specialNumbers,dropZone'];
  const command = [joined(packageFolder, 'cli/main.ts'), 'load', path, '--into', 'public.ours', ...options];
  const all = [...command, '--conflict', 'append', '--allow-all-rejected', '--force', '--json', '--database-url', url];
  const environment = { ...plainEnvironment(), LANDFALL_HOME: joined(folder, 'home') };
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, all, { env: environment, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const isAnswered = stdout.trimStart().startsWith('{');
      const report = isAnswered ? loadReportSchema.safeParse(JSON.parse(stdout)) : null;
      if (report?.success === true && report.data.outcome === 'LOADED') return resolve({ report: report.data });
      if (report?.success === true) return resolve({ refused: report.data.message ?? report.data.outcome });
      reject(new Error(`${path}: ${stdout}${stderr}`, { cause: error }));
    });
  });
}

function rejectedWords({ counts, rejectsByCode }: LoadReport): string {
  return `${counts.rejected} records were rejected: ${JSON.stringify(rejectsByCode)}`;
}

/** What no cell of a file is; texts of cells stand between quotes. */
const nullWord = 'NULL';

async function fillDuck({ duck, db, folder }: OracleWorld, { columns, from }: Reading): Promise<void> {
  const csv = joined(folder, 'duck.csv');
  const texts = [...columns.map(({ text }, i) => `(${text}) as c${i}`), `${rowNumber} as n`];
  await duck.run(
    `copy (select ${texts.join(', ')} from ${from}) to ${quoted(csv)} (format csv, header false, force_quote *, nullstr ${quoted(nullWord)})`,
  );
  try {
    await transaction(db, {}, async () => {
      const copy = openCopy(db, sql`copy public.duck from stdin (format csv, null ${literal(nullWord)})`);
      for await (const chunk of createReadStream(csv, { highWaterMark: 2 ** 18 })) await copy.write(chunk as Buffer);
      await copy.end();
    });
  } finally {
    await rm(csv, { force: true });
  }
}
