import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Contract, ContractColumn, FileColumn } from '../../functions/core/contract.ts';
import { filledColumns } from '../../functions/core/staging.ts';
import { ident, join, literal, type Sql, sql, trustedSql } from '../../functions/core/sql.ts';
import { airports } from '../../localstack/demo/datasets/airports.ts';
import { birdstrikes } from '../../localstack/demo/datasets/birdstrikes.ts';
import { contractFor } from '../../functions/contract/contract-for.ts';
import { mapHeader } from '../../functions/compile/header/header.ts';
import type { Dataset } from '../../functions/compile/declaration/schema.ts';
import { zipcodes } from '../../localstack/demo/datasets/zipcodes.ts';
import { type Db, execute, many, one, transaction, withClient } from '../../functions/db/client.ts';
import { openCopy } from '../../functions/db/copy.ts';
import { formatOf } from '../../functions/formats/format-of.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

/**
 * What docs/demo.md says of the real files, proved without the pipeline: the files go into a table of texts, and the
 * target's own types and constraints judge them there.
 */
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await connected((db) => db.query(readFileSync(new URL('../../localstack/demo/tables.sql', import.meta.url), 'utf8')));
});
afterAll(() => database.drop());

const connected = <T>(use: (db: Db) => Promise<T>): Promise<T> =>
  withClient({ connectionString: database.url, applicationName: 'test' }, use);

const guide = readFileSync(new URL('../../docs/demo.md', import.meta.url), 'utf8');

/** The rows of the guide's table for a file: `| zipcodes | DOMAIN state | 7 | ... |`. */
function promised(name: string): Record<string, number> {
  const rows = guide.matchAll(/^\| (?<file>\w+) \| `(?<what>[^`]+)` \| (?<count>[\d,]+) \|/gmu);
  const mine = [...rows].flatMap(({ groups }) =>
    groups?.['file'] === name ? [[groups['what'], Number(groups['count']?.replaceAll(',', ''))] as const] : [],
  );
  return Object.fromEntries(mine);
}

test.each([
  ['zipcodes', zipcodes],
  ['airports', airports],
  ['birdstrikes', birdstrikes],
])('%s holds the faults and duplicates that the guide explains, and no others', async (name, dataset) => {
  const found = await connected((db) => transaction(db, {}, () => judge(db, dataset)));
  expect(found).toEqual(promised(name));
});

async function judge(db: Db, dataset: Dataset): Promise<Record<string, number>> {
  const contract = await contractFor(db, dataset);
  const path = fileURLToPath(new URL(`../../node_modules/vega-datasets/data/${dataset.name}.csv`, import.meta.url));
  const header = formatOf({ contract }).layout(readFileSync(path), true);
  if ('problem' in header) throw new Error(header.message);
  const fileColumns = mapHeader(contract, header.names ?? []);
  await fill(db, { contract, fileColumns }, path);
  const reasons = reasonsOf(contract, fileColumns);
  const rows = await many<{ reason: string; records: number }>(
    db,
    sql`
select reason, count(*) as records
from pg_temp.file cross join lateral unnest(array_remove(array[${join(reasons)}], null)) as reason
group by reason`,
  );
  const key = join(contract.businessKey.map((column) => ident(column)));
  const totals = await one<Record<string, number>>(
    db,
    sql`
with judged as (
  select *, array_remove(array[${join(reasons)}], null) <> '{}' as is_reject from pg_temp.file
)
select
  count(*) as records,
  count(*) filter (where is_reject) as rejected,
  count(*) filter (where not is_reject) - count(distinct row(${key})) filter (where not is_reject) as duplicate
from judged`,
  );
  const byReason = Object.fromEntries(rows.map(({ reason, records }) => [reason, records]));
  return {
    ...totals,
    ...byReason,
    inserted: (totals['records'] ?? 0) - (totals['rejected'] ?? 0) - (totals['duplicate'] ?? 0),
  };
}

async function fill(
  db: Db,
  filling: { readonly contract: Contract; readonly fileColumns: readonly FileColumn[] },
  path: string,
): Promise<void> {
  const names = filledColumns(filling).map(({ name }) => ident(name));
  await execute(db, sql`create temporary table file (${join(names.map((name) => sql`${name} text`))})`);
  const copy = openCopy(db, sql`copy pg_temp.file from stdin (format csv, header)`);
  for await (const chunk of createReadStream(path)) await copy.write(chunk as Buffer);
  expect(await copy.end()).toBeGreaterThan(1000);
}

function reasonsOf(contract: Contract, fileColumns: readonly FileColumn[]): readonly Sql[] {
  const columns = filledColumns({ contract, fileColumns });
  const isValid = (name: string): Sql => {
    const type = columns.find((column) => column.name === name)?.type ?? 'text';
    return sql`(${ident(name)} is null or pg_input_is_valid(${ident(name)}, ${literal(type)}))`;
  };
  const types = columns.map(
    (column) => sql`case when not ${isValid(column.name)} then ${literal(`${codeOf(column)} ${column.name}`)} end`,
  );
  const nulls = columns
    .filter(({ notNull }) => notNull)
    .map(({ name }) => sql`case when ${ident(name)} is null then ${literal(`NOT_NULL ${name}`)} end`);
  const checks = contract.checks
    .filter((check) => check.columns.every((name) => columns.some((column) => column.name === name)))
    .map((check) => {
      const casts = check.columns.map((name) => {
        const type = columns.find((column) => column.name === name)?.type ?? 'text';
        return sql`${ident(name)}::${trustedSql(type)} as ${ident(name)}`;
      });
      const holds = sql`(select ${trustedSql(check.expression)} from (select ${join(casts)}) as typed)`;
      const judgeable = join(check.columns.map(isValid), ' and ');
      return sql`case when ${judgeable} then case when not ${holds} then ${literal(`CHECK ${check.name}`)} end end`;
    });
  return [...types, ...nulls, ...checks];
}

/** The code that Landfall gives to a value that is none of the column's type. */
function codeOf({ isDomain, labels, maxLength }: ContractColumn): string {
  if (isDomain) return 'DOMAIN';
  if (labels !== null) return 'NOT_IN_ENUM';
  return maxLength === null ? 'INVALID' : 'TOO_LONG';
}
