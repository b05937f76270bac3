import { sql, trustedSql } from '../../../functions/core/sql.ts';
import { withClient } from '../../../functions/db/client.ts';
import { outside } from '../../support/outside.ts';
import { dataFile, warm } from '../data-files.ts';
import { type BenchDatabase, contentOf, dropDatabase, freshDatabase } from '../databases.ts';
import { type OurRun, runOurs } from '../ours.ts';
import type { Setup } from '../setup.ts';
import { figure } from '../statistics.ts';
import { expectContent, expectReport } from '../verify.ts';

const indexes = [
  'create index orders_account on public.orders (account)',
  'create index orders_created on public.orders (created_at)',
  'create index orders_amount on public.orders (currency, amount)',
  'create index orders_email on public.orders (email)',
];

/** W8: rows go into a table with a key and four more indexes, empty as a rule, with them in place and by building them afterwards. */
export async function benchSeeding(setup: Setup): Promise<ReturnType<typeof summarise>> {
  const { rows, runs, seed, sorted, there } = setup.options;
  const file = await dataFile({ kind: 'clean', rows, seed, sorted });
  const rounds: { keepMs: number; rebuildMs: number }[] = [];
  for (let round = 1; round <= runs; round += 1) {
    await warm(file);
    const keep = await seedBy(setup, 'keep', file);
    const rebuild = await seedBy(setup, 'rebuild', file);
    rounds.push({ keepMs: keep.wallMs, rebuildMs: rebuild.wallMs });
    setup.note(
      `W8 round ${round} of ${runs}: indexes kept ${seconds(keep)}, rebuilt ${seconds(rebuild)}: ${(keep.wallMs / rebuild.wallMs).toFixed(2)}x`,
    );
  }
  return summarise({ rows, there }, rounds);
}

async function seedBy(
  setup: Setup,
  choice: 'keep' | 'rebuild',
  file: { readonly path: string; readonly rows: number },
): Promise<OurRun> {
  const database = await freshDatabase(setup, { name: `bench_seed_${choice}`, checks: false });
  const { there } = setup.options;
  await inDatabase(database, [...(there === 0 ? [] : rowsBefore(there)), ...indexes, ...(there === 0 ? [] : settled)]);
  const options = ['--indexes', choice, '--live', 'no'];
  const run = await runOurs(setup, { database, file: file.path, home: setup.home, memory: false, options });
  expectReport(`W8, ${choice}`, run.report, 'LOADED', { records: file.rows, inserted: file.rows });
  expectContent(`W8, ${choice}`, await contentOf(database), { rows: file.rows + there });
  await expectIndexes(database);
  await dropDatabase(setup.admin, database);
  return run;
}

/** Rows like those of the file, with ids that it has none of. */
function rowsBefore(there: number): readonly string[] {
  return [
    `insert into public.orders
     select -i, 'ACC-' || (i * 7919::bigint % 1000003), md5(i::text) || '@example.org', (i % 1000000) / 100.0,
       (array['EUR', 'USD', 'CHF'])[1 + i % 3], '2020-01-01'::timestamptz + (i * 104729::bigint % 100000000) * interval '1 second',
       'paid', null
     from generate_series(1, ${Math.trunc(there)}) as i`,
  ];
}

const settled = ['vacuum (analyze) public.orders', 'checkpoint'];

async function inDatabase(database: BenchDatabase, statements: readonly string[]): Promise<void> {
  await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, async (db) => {
    for (const statement of statements) await outside(db, trustedSql(statement));
  });
}

/** All of them are there and valid, whichever way the table was seeded. */
async function expectIndexes(database: BenchDatabase): Promise<void> {
  await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, async (db) => {
    const { text } = sql`
      select 1
      from pg_catalog.pg_index
      where (indrelid = 'public.orders'::regclass)
        and (indisvalid)`;
    const { rowCount } = await db.query(text);
    if (rowCount !== indexes.length + 1) throw new Error(`W8: ${rowCount} of ${indexes.length + 1} indexes are valid`);
  });
}

function summarise(
  { rows, there }: { readonly rows: number; readonly there: number },
  rounds: readonly { readonly keepMs: number; readonly rebuildMs: number }[],
) {
  return {
    rows,
    there,
    indexes: indexes.length,
    keepMs: figure(rounds.map(({ keepMs }) => keepMs)),
    rebuildMs: figure(rounds.map(({ rebuildMs }) => rebuildMs)),
    keepToRebuild: figure(rounds.map(({ keepMs, rebuildMs }) => keepMs / rebuildMs)),
  };
}

function seconds({ wallMs }: OurRun): string {
  return `${(wallMs / 1_000).toFixed(1)} s`;
}
