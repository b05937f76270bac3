import { hostname } from 'node:os';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { seededRandom } from '../../localstack/demo/random.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { type Cut, type PgProxy, startPgProxy } from './pg-proxy.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();
const request = {
  bucket: 'file://',
  into: 'public.t',
  businessKey: ['id'],
  sliceBytes: 1_000,
  limits: { batchRows: 20 },
};

/** A process that is certainly gone: whoever types the command again takes the lease at once. */
const deadOwner = JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'never', host: hostname() });

describe(`one message of a load to PostgreSQL, at ${moments} moments (seed ${seed})`, () => {
  let proxy: PgProxy;
  let pipeline: Pipeline;
  let path: string;
  let whole: Whole;
  let messages: number;

  beforeAll(async () => {
    pipeline = await testPipeline(
      'create table public.t (id integer primary key, name text unique, n integer check (n >= 0))',
      {
        url: (database) => through(proxy, database),
        environment: { LANDFALL_OWNER: deadOwner, LANDFALL_MERGE_LANES: '2' },
        waits: 0.01,
      },
    );
    const { hostname: host, port } = new URL(pipeline.url);
    proxy = await startPgProxy({ host, port: Number(port) });
    path = await pipeline.file('t.csv', fileOfEveryKind());
    await makeTarget(pipeline);
    proxy.watch(() => null);
    await load(pipeline, path);
    messages = proxy.messages();
    whole = await wholeOf(pipeline);
    expect(whole.counts).toMatchObject({ records: 300 });
    for (const [disposition, records] of Object.entries(whole.counts)) {
      if (disposition !== 'stale' && disposition !== 'deleted') expect(records, disposition).toBeGreaterThan(0);
    }
    expect(whole.slices).toBeGreaterThan(4);
    expect(whole.batches).toBeGreaterThan(4);
  });
  beforeEach(() => makeTarget(pipeline));
  afterAll(async () => {
    await pipeline.end();
    await proxy.close();
  });

  it.for(momentsOf('before the message'))(
    'cut before it went on (at %d): the load ends as if nothing had happened',
    (share) => expectSurvivesCut('before the message', messageAt(share)),
  );
  it.for(momentsOf('before the reply'))(
    'cut before its reply (at %d): the load ends as if nothing had happened',
    (share) => expectSurvivesCut('before the reply', messageAt(share)),
  );
  it.for(momentsOf('on one side'))(
    'cut where the server does not notice (at %d): the load ends as if nothing had happened',
    (share) => expectSurvivesCut('on one side', messageAt(share)),
  );
  it.for(momentsOf('killed'))('and the whole load killed with it (at %d): the same command ends it', (share) =>
    expectSurvivesKill(messageAt(share)),
  );
  it.for(momentsOf('crashed'))('and the server crashed with it (at %d): staging is filled again', (share) =>
    expectSurvivesCrash(messageAt(share)),
  );

  const messageAt = (share: number): number => 1 + Math.floor(share * messages);

  async function expectSurvivesCut(cut: Cut, at: number): Promise<void> {
    let fired = false;
    proxy.watch((message) => {
      fired ||= message === at;
      return message === at ? cut : null;
    });
    expect(await load(pipeline, path)).toBe('LOADED');
    await expectWhole(pipeline, whole);
    if (!fired) await asFarFromTheEnd(at, (nearer) => expectSurvivesCut(cut, nearer));
  }

  /** Lanes share the batches as it comes, so one run has some messages fewer than another: the same distance from its end. */
  async function asFarFromTheEnd(at: number, again: (at: number) => Promise<void>): Promise<void> {
    const nearer = at - (messages - proxy.messages());
    expect(nearer).toBeLessThan(at);
    await makeTarget(pipeline);
    await again(nearer);
  }

  async function expectSurvivesKill(at: number): Promise<void> {
    const execution = pipeline.start({ ...request, key: path });
    const reached = new Promise<void>((resolve) => {
      proxy.watch((message) => {
        if (message === at) resolve();
        return message === at ? 'before the reply' : null;
      });
    });
    await Promise.race([reached, execution.result]);
    execution.abort();
    proxy.cutAll();
    await pipeline.idle();
    proxy.watch(() => null);
    expect(['LOADED', 'ALREADY_LOADED']).toContain(await load(pipeline, path));
    await expectWhole(pipeline, whole);
  }

  async function expectSurvivesCrash(at: number): Promise<void> {
    let crashed: Promise<void> | null = null;
    proxy.watch((message) => {
      if (message < at || crashed !== null) return null;
      crashed = crash(pipeline);
      proxy.hold(crashed);
      proxy.cutAll();
      return 'before the reply';
    });
    expect(await load(pipeline, path)).toBe('LOADED');
    await expectWhole(pipeline, whole);
    if (crashed === null) await asFarFromTheEnd(at, expectSurvivesCrash);
  }
});

/** Moments of one kind as shares of all messages, one in each of as many equal parts. */
function momentsOf(kind: string): readonly number[] {
  const random = seededRandom(seed + kind.length);
  return Array.from({ length: moments }, (_, i) => Number(((i + random.next()) / moments).toFixed(3)));
}

function through(proxy: PgProxy, database: string): string {
  const url = new URL(database);
  url.host = `127.0.0.1:${proxy.port}`;
  return url.href;
}

/** Records of every kind: new, changed, unchanged, duplicate, rejects of both halves, of the target, quoted line ends. */
function fileOfEveryKind(): string {
  const lines = Array.from({ length: 300 }, (_, i) => {
    if (i % 50 === 7) return `${i},"name\n${i} of\ntwo, or three lines",${i}`;
    if (i % 60 === 11) return `${i},name ${i},x`;
    if (i % 60 === 12) return `${i},name ${i},-1`;
    if (i % 60 === 13) return `${i},name ${i}`;
    if (i % 60 === 14) return `${i - 1000},taken,1`;
    if (i % 40 === 21) return `${i - 9},name ${i},${i}`;
    if (i % 70 === 31) return `${i}," padded ${i}", ${i}`;
    return `${i},name ${i},${i}`;
  });
  return `id,name,n\n${lines.join('\n')}\n`;
}

/** An empty ledger and a target with rows that the load changes, leaves and collides with. */
async function makeTarget(pipeline: Pipeline): Promise<void> {
  await pipeline.run(`
    truncate landfall.loads, landfall.objects, landfall.slices, landfall.batches, landfall.rejects, landfall.leases, landfall.waiters restart identity;
    truncate public.t;
    insert into public.t select i, 'old ' || i, i from generate_series(0, 299, 3) as i where i < 150;
    insert into public.t select i, 'name ' || i, i from generate_series(1, 299, 3) as i where i < 150 and i % 50 <> 7;
    insert into public.t values (9999, 'taken', 0)`);
}

/** What PostgreSQL's recovery leaves of UNLOGGED tables, once the load's backends are gone. */
async function crash(pipeline: Pipeline): Promise<void> {
  await pipeline.run(`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where (application_name like 'landfall:%') and (datname = current_database())`);
  await pipeline.run(`do $$ declare t text; begin
    for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
      where nspname = 'landfall_staging' and relkind = 'r'
    loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
}

/** Runs the command once; an execution that fails is a failure of the test. */
async function load(pipeline: Pipeline, path: string): Promise<unknown> {
  const result = await pipeline.execute({ ...request, key: path });
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  return result.status === 'SUCCEEDED' ? (result.output as { outcome?: unknown }).outcome : null;
}

interface Whole {
  readonly rows: readonly object[];
  readonly quarantine: readonly object[];
  readonly counts: LoadReport['counts'];
  readonly rejectsByCode: LoadReport['rejectsByCode'];
  readonly slices: number;
  readonly batches: number;
  readonly rejectsFile: string;
  readonly left: readonly object[];
  readonly loads: readonly object[];
}

/** All that a load leaves, and all that it must not leave. */
async function wholeOf(pipeline: Pipeline): Promise<Whole> {
  const [loaded] = await pipeline.rows<{ report_path: string | null }>(sql`select report_path from landfall.loads`);
  if (typeof loaded?.report_path !== 'string') throw new Error('the ledger knows of no report');
  const report = JSON.parse(await readFile(loaded.report_path, 'utf8')) as LoadReport;
  return {
    rows: await pipeline.rows(sql`select * from public.t order by id`),
    quarantine: await pipeline.rows(
      sql`select record_no, line, byte_offset, byte_length, kind, raw::text, reasons from landfall.rejects order by record_no`,
    ),
    counts: report.counts,
    rejectsByCode: report.rejectsByCode,
    slices: report.slices,
    batches: report.batches,
    // a claim that was killed before its commit takes a number all the same, and each line names the load's
    rejectsFile: (await readFile(report.rejectsPath ?? '', 'utf8')).replaceAll(/^\d+,/gmu, 'LOAD,'),
    left: await pipeline.rows(
      sql`
        select relname::text as name from pg_class join pg_namespace n on n.oid = relnamespace
        where (nspname = 'landfall_staging') and (relkind = 'r') and (relname <> 'epochs')
        union all select target from landfall.leases
        union all select epoch::text from landfall_staging.epochs`,
    ),
    loads: await pipeline.rows(sql`select generation, outcome, code from landfall.loads`),
  };
}

async function expectWhole(pipeline: Pipeline, whole: Whole): Promise<void> {
  const found = await wholeOf(pipeline);
  expect(found).toEqual(whole);
  expect(found.left).toEqual([]);
}
