import { type Sql, sql } from '../../../functions/core/sql.ts';
import { execute, one, withClient } from '../../../functions/db/client.ts';
import { beside, type Beside, said } from '../beside.ts';
import { type DataFile, dataFile, warm } from '../data-files.ts';
import { dropDatabase, freshDatabase } from '../databases.ts';
import { type OurRun, runOurs } from '../ours.ts';
import type { Setup } from '../setup.ts';
import { expectReport, WrongResult } from '../verify.ts';

const target = { into: 'public.supplied', key: 'id' };

/** Orders, and columns that no file brings. */
const table = sql`
  create table public.supplied (
    like public.orders including all,
    load_id bigint, object_key text, loaded_at timestamptz, line bigint, record bigint, tax numeric(14,4), label text
  )`;

/** What supplies columns, and rows that hold something else than what it had to write. */
const ways = {
  // of the load and its object: the same for all records
  ofLoad: {
    options: ['load_id=load-id', 'object_key=object-key', 'loaded_at=loaded-at'].flatMap((kind) => ['--lineage', kind]),
    wrong: sql`(load_id is distinct from 1) or (object_key is null) or (loaded_at is null) or (line is not null)`,
  },
  ofRecord: {
    options: ['line=line', 'record=record'].flatMap((kind) => ['--lineage', kind]),
    wrong: sql`(line is distinct from record + 1) or (record is null) or (tax is not null)`,
  },
  derived: {
    options: ['--derive', 'tax=amount * 0.19', '--derive', "label=account || ' ' || currency"],
    wrong: sql`(tax is distinct from amount * 0.19) or (label is distinct from account || ' ' || currency)`,
  },
} as const;
type Way = keyof typeof ways;
const names = Object.keys(ways) as readonly Way[];

/** W13: the same file into a table of more columns than it has: these left NULL, from lineage, and derived; in turn. */
export async function benchSupplied(
  setup: Setup,
): Promise<{ readonly rows: number; readonly beside: Readonly<Record<Way, Beside>> }> {
  const { rows, runs, seed, sorted } = setup.options;
  const file = await dataFile({ kind: 'clean', rows, seed, sorted });
  const plain: OurRun[] = [];
  const supplied: Record<Way, OurRun[]> = { ofLoad: [], ofRecord: [], derived: [] };
  for (let round = 1; round <= runs; round += 1) {
    const without = await loadOnce(setup, file, {
      options: [],
      wrong: sql`(load_id is not null) or (tax is not null)`,
    });
    plain.push(without);
    const told: string[] = [];
    for (const name of names) {
      const run = await loadOnce(setup, file, ways[name]);
      supplied[name].push(run);
      told.push(`${name} ${said(run)}`);
    }
    setup.note(`W13 round ${round} of ${runs}: without ${said(without)}, ${told.join(', ')}`);
  }
  const ofWay = (name: Way): Beside => beside(supplied[name], plain);
  return { rows, beside: { ofLoad: ofWay('ofLoad'), ofRecord: ofWay('ofRecord'), derived: ofWay('derived') } };
}

async function loadOnce(
  setup: Setup,
  file: DataFile,
  { options, wrong }: { readonly options: readonly string[]; readonly wrong: Sql },
): Promise<OurRun> {
  const database = await freshDatabase(setup, { name: 'bench_supplied', checks: setup.options.checks });
  const within = { connectionString: database.url, applicationName: 'landfall:bench' };
  await withClient(within, async (db) => void (await execute(db, table)));
  await warm(file);
  const run = await runOurs(setup, { database, file: file.path, home: setup.home, memory: false, target, options });
  expectReport('W13', run.report, 'LOADED', { records: file.rows, inserted: file.rows });
  const { rows } = await withClient(within, (db) =>
    one<{ rows: number }>(db, sql`select count(*)::bigint as rows from public.supplied where ${wrong}`),
  );
  if (rows > 0) throw new WrongResult(`W13, ${options.join(' ')}: ${rows} rows hold something else`);
  await dropDatabase(setup.admin, database);
  return run;
}
