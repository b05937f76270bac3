import { sql } from '../../../functions/core/sql.ts';
import { one, withClient } from '../../../functions/db/client.ts';
import { warm } from '../data-files.ts';
import { type BenchDatabase, cloneDatabase, type Content, dropDatabase } from '../databases.ts';
import { figuresOf } from '../figures.ts';
import type { Measured } from '../measure.ts';
import { type OurRun, runOurs } from '../ours.ts';
import type { ScriptStep } from '../peers.ts';
import { runScript } from '../run-script.ts';
import type { Setup } from '../setup.ts';
import { ratio } from '../statistics.ts';
import { liveTable, prewarmLive, timesLarger, upsertFile } from '../traffic/target.ts';
import { expectContent, expectReport } from '../verify.ts';

/** Percent of the file's records that have a row already; all of those differ from it, in indexed columns. */
const shares = [0, 50, 100] as const;

/** H1 of the table: text staging, casts, DISTINCT ON, ON CONFLICT DO UPDATE. */
const h1: readonly ScriptStep[] = [
  { sql: 'create unlogged table staging (id text, a text, b text, c text) with (autovacuum_enabled = off)' },
  { copyInto: 'staging' },
  {
    sql: `
      insert into public.live as t (id, a, b, c)
      select distinct on (id) id, a, b, c
      from (select id::bigint, a::integer, b, c::timestamptz from staging) as s
      order by id
      on conflict (id) do update set a = excluded.a, b = excluded.b, c = excluded.c`,
  },
  { sql: 'drop table staging' },
];

/** W3: rows are upserted into a table of ten times as many with three more indexes, by us and by H1 in turn. */
export async function benchUpserts(setup: Setup): Promise<readonly UpsertSummary[]> {
  const { rows, runs, seed } = setup.options;
  const standing = rows * timesLarger;
  setup.note(`W3: a table of ${standing} rows with three indexes`);
  const template = await liveTable(setup, standing);
  const summaries: UpsertSummary[] = [];
  for (const existing of shares) {
    const file = await upsertFile(setup, { rows, seed, existing });
    const updated = Math.ceil((rows * existing) / 100);
    const inserted = rows - updated;
    const [ours, theirs]: [OurRun[], Measured[]] = [[], []];
    for (let round = 1; round <= runs; round += 1) {
      const loaded = await onCopy(setup, { template, file }, async (database) => {
        const options = ['--live', 'no'];
        const target = { into: 'public.live', key: 'id' };
        const run = await runOurs(setup, { database, file, home: setup.home, memory: false, target, options });
        expectReport(`W3, ${existing} %`, run.report, 'LOADED', { records: rows, inserted, updated });
        return run;
      });
      const scripted = await onCopy(setup, { template, file }, (database) =>
        runScript(setup, setup.client, { steps: h1, database, file }),
      );
      const what = `W3, ${existing} %`;
      expectContent(what, scripted.content, { rows: standing + inserted, checksum: loaded.content.checksum });
      ours.push(loaded.run);
      theirs.push(scripted.run);
      setup.note(
        `${what}, round ${round} of ${runs}: ours ${seconds(loaded.run)}, H1 ${seconds(scripted.run)}; steps ${JSON.stringify(loaded.run.report.milliseconds)}`,
      );
    }
    summaries.push(summarise({ rows, tableRows: standing, existing }, { ours, theirs }));
  }
  await dropDatabase(setup.admin, template);
  return summaries;
}

export type UpsertSummary = ReturnType<typeof summarise>;

function summarise(
  of: { readonly rows: number; readonly tableRows: number; readonly existing: number },
  { ours, theirs }: { readonly ours: readonly OurRun[]; readonly theirs: readonly Measured[] },
) {
  const [our, their] = [figuresOf(ours), figuresOf(theirs)];
  return {
    ...of,
    ours: our,
    h1: their,
    wallRatio: ratio(our.wallMs, their.wallMs),
    cpuRatio: ratio(our.cpuMs, their.cpuMs),
    walRatio: ratio(our.walBytes, their.walBytes),
  };
}

/** Runs it on a warm copy of the table, and reads what that holds then. */
async function onCopy<T>(
  setup: Setup,
  { template, file }: { readonly template: BenchDatabase; readonly file: string },
  use: (database: BenchDatabase) => Promise<T>,
): Promise<{ readonly run: T; readonly content: Content }> {
  const database = await cloneDatabase(setup, { from: template, name: 'bench_upsert' });
  await prewarmLive(database);
  await warm({ path: file });
  const run = await use(database);
  const content = await withClient({ connectionString: database.url, applicationName: 'landfall:bench' }, (db) =>
    one<Content>(
      db,
      sql`
        select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as checksum
        from public.live as t`,
    ),
  );
  await dropDatabase(setup.admin, database);
  return { run, content };
}

function seconds({ wallMs }: Measured): string {
  return `${(wallMs / 1_000).toFixed(1)} s`;
}
