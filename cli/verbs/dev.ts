import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { uploadRequest } from '../../functions/protocol/upload-request.ts';
import type { Skipped } from '../../functions/objects/directory/directory-walk.ts';
import { inFolderBelow } from '../../functions/objects/directory/folder-below.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import { provenBelow } from '../../functions/objects/directory/proven-file.ts';
import { roleInSet } from '../../functions/core/sets/set-starter.ts';
import { shellWord } from '../../functions/core/typed-again.ts';
import { commandLine, type Context, type Verb } from '../context.ts';
import { namedDatabase } from '../database/database.ts';
import { exitCode, exitCodeOf } from '../typed/exit-codes.ts';
import { gatherer } from '../loading/gathering.ts';
import { forgetOld } from '../loading/forget-old.ts';
import { type Landed, landedFiles, stillness } from '../loading/landing.ts';
import { loadOne, type LoadSession } from '../loading/load-one.ts';
import type { Loaded } from '../page/answers.ts';
import type { Served } from '../page/serve.ts';
import { landingFolder } from '../typed/named-datasets.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import { noView, progressView } from '../loading/progress.ts';
import { replayAwaited } from '../loading/replay-awaiting.ts';
import { withLoadSession } from '../loading/session.ts';
import { tellSkipped } from '../loading/skipped.ts';
import type { TypedPlace } from '../typed/command-at.ts';
import { UsageError } from '../typed/usage.ts';
import { printable } from '../../functions/core/printable.ts';
import { many } from '../../functions/db/client.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type LastSuccess, selectLastSuccesses } from '../telemetry/telemetry-sql.ts';
import { count, duration, oneLine, plural } from '../../functions/words/quantities.ts';

export const verb: Verb = {
  examples: ['landfall dev', 'landfall dev --page'],
  form: 'usage: landfall dev [--page] [--follow-links] [--metrics-port N] [--database-url URL]        (npm run dev)',
  help: `Stays up. A file that is put into .landfall/landing/<dataset prefix>/ is loaded into that dataset, as an upload to the
bucket would be: once its size and time have been still for 2 seconds. Names that begin with a dot or end with .tmp or
.part are ignored. One line a load; Ctrl-C ends it, and a load that it interrupts goes on at the next start. What is no plain
file (a link, a pipe) or may not be read is skipped, and told once.

  --page               serves a page at 127.0.0.1, to whoever opens the address that is printed: what runs, waits and was loaded, loads
                       that wait for a yes, and a place where a file is dropped to be loaded
  --page-port N        at this port, in place of any that is free
  --follow-links       takes what links lead to, and files that have other names too: only where nobody else may write there
  --metrics-port N     serves metrics for Prometheus at http://127.0.0.1:N/metrics, to this machine alone; 0: at any free port
  --database-url URL   else DATABASE_URL, else what PGHOST, PGSERVICE and the like name, else the embedded server`,
  completes: [],
  options: {
    page: { type: 'boolean' },
    'page-port': { type: 'string' },
    'follow-links': { type: 'boolean' },
    'metrics-port': { type: 'string' },
    'database-url': { type: 'string' },
  },
  async run({ values, flags, positionals }, context) {
    if (positionals.length > 0) {
      throw new UsageError([
        `dev takes no files; put them into .landfall/landing/<dataset prefix>/, or load them: ${commandLine(`load ${positionals.map(shellWord).join(' ')} --dataset NAME`)}`,
      ]);
    }
    const port = readPort('metrics-port', values['metrics-port']);
    const pagePort = readPort('page-port', values['page-port']) ?? (flags.has('page') ? 0 : undefined);
    const database = namedDatabase(values['database-url'], context);
    await withLoadSession(database, context, { small: false }, async (session) => {
      const folder = await prepareFolders(session, context);
      const metrics = port === undefined ? null : await servedMetrics(port, session, context);
      const page =
        pagePort === undefined
          ? null
          : await servedPage(
              { port: pagePort, typed: { databaseUrl: values['database-url'] } },
              metrics,
              session,
              context,
            );
      await watchFolder({ folder, followLinks: flags.has('follow-links'), metrics }, session, context);
      await page?.closed;
    });
    return exitCode.done;
  },
};

function readPort(option: string, typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  if (!/^\d{1,5}$/.test(typed) || Number(typed) > 65_535)
    throw new UsageError([`--${option}: "${typed}" is no port (0 to 65535)`]);
  return Number(typed);
}

async function servedMetrics(port: number, { connect }: LoadSession, { err, signal }: Context): Promise<Metrics> {
  const { createMetrics } = await import('../telemetry/metrics.ts');
  const { serveMetrics } = await import('../telemetry/metrics-server.ts');
  const before = await connect((db) => many<LastSuccess>(db, selectLastSuccesses()));
  const metrics = createMetrics(new Map(before.map(({ dataset, seconds }) => [dataset, seconds])));
  const { url } = await serveMetrics(metrics, port, signal);
  err(`metrics at ${url}\n`);
  return metrics;
}

async function servedPage(
  at: { readonly port: number; readonly typed: TypedPlace },
  metrics: Metrics | null,
  session: LoadSession,
  context: Context,
): Promise<Served> {
  const { servePage } = await import('../page/serve.ts');
  const loaded: Loaded = async (request, report, milliseconds) => {
    const name = shortPath(request.key, context.typedIn);
    await tellLoaded({ request, report, name, milliseconds }, metrics, session, context);
  };
  const served = await servePage({ ...at, loaded }, session, context);
  // what goes to stderr is without secrets, and the token is one
  context.show(`page at ${served.url}\n`, false);
  return served;
}

const pollMs = 500;

const nothingMore = (): Promise<void> => Promise.resolve();

async function prepareFolders({ target }: LoadSession, { home, err, typedIn, project }: Context): Promise<string> {
  const { datasets, problems } = await project.declared();
  for (const { file, message } of problems) err(`${shortPath(file, typedIn)}: ${message}\n`);
  const folder = landingFolder(home);
  const prefixes = datasets.flatMap(({ prefix }) => (prefix === null ? [] : [prefix]));
  for (const prefix of prefixes) {
    // senders may own their folder; a link in its place is told of with all else that lies there
    await inFolderBelow({ root: folder, path: join(folder, prefix), mayBeAnyones: true }, nothingMore).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.name !== 'ForeignFolder')
          err(`${shortPath(join(folder, prefix), typedIn)} is missing: ${error.message}\n`);
      },
    );
  }
  const look = target.embedded ? `their rows are in the database that \`${commandLine('url')}\` names\n` : '';
  err(
    `waiting for files in\n${prefixes.map((prefix) => `  ${shortPath(join(folder, prefix), typedIn)}/\n`).join('')}${look}Ctrl-C ends\n`,
  );
  return folder;
}

interface Watched {
  readonly folder: string;
  readonly followLinks: boolean;
  readonly metrics: Metrics | null;
}

async function watchFolder(watched: Watched, session: LoadSession, context: Context): Promise<void> {
  const { datasets } = await context.project.declared();
  const { datasetForKey } = await import('../../functions/compile/declaration/takes.ts');
  const still = stillness();
  const gathering = gatherer();
  const tell = tellSkipped(context);
  let unproven: readonly Pick<Skipped, 'path' | 'why'>[] = [];
  const { signal } = context;
  while (!signal.aborted) {
    const { files, skipped } = await landedFiles(watched.folder, watched);
    const present = new Set(files.map(({ path }) => path));
    unproven = unproven.filter(({ path }) => present.has(path));
    tell([...skipped, ...unproven]);
    for (const landed of still.take(files)) {
      if (signal.aborted) return;
      unproven = unproven.filter(({ path }) => path !== landed.path);
      const dataset = datasetForKey(landed.key, datasets);
      if (dataset === null) {
        context.show(
          `${stamp()} ${printable(landed.key, 300)}: no dataset claims it; its prefix belongs to none of the project\n`,
          false,
        );
        continue;
      }
      const proof = await provenBelow(watched.folder, landed, watched.followLinks);
      if (proof === 'proven') {
        const { name, gather, set } = dataset;
        // its manifest or marker starts the load
        if (set !== undefined && roleInSet(set, landed.key) === 'part') continue;
        if (gather === undefined) await loadLanded([landed], { dataset, metrics: watched.metrics }, session, context);
        else gathering.add(landed, { name, gather });
      } else {
        still.putBack(landed);
        if (proof !== 'changed') unproven = [...unproven, { path: landed.path, ...proof }];
      }
    }
    for (const { dataset: name, files: together } of gathering.due()) {
      if (signal.aborted) return;
      await loadLanded(
        together,
        { dataset: datasets.find((each) => each.name === name) ?? { name }, metrics: watched.metrics },
        session,
        context,
      );
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** One file, or several together. */
async function loadLanded(
  files: readonly Landed[],
  {
    dataset,
    metrics,
  }: {
    readonly dataset: Parameters<typeof uploadRequest>[1] & Pick<LoadRequest, 'refusedObjects'>;
    readonly metrics: Metrics | null;
  },
  session: LoadSession,
  context: Context,
): Promise<void> {
  const startedAt = performance.now();
  const [first, ...more] = files;
  if (first === undefined) return;
  const only = { bucket: directoryBucket, key: first.path, versionId: first.version };
  const request =
    more.length === 0
      ? uploadRequest(only, dataset)
      : {
          ...uploadRequest({ ...only, versionId: null }, dataset),
          objects: files.map(({ path }) => ({ key: path })),
          // as of what is gathered by a stack
          refusedObjects: dataset.refusedObjects ?? 'leave-out',
        };
  const name = more.length === 0 ? first.key : `${first.key} and ${more.length} more`;
  const view = context.terminalColumns() === null ? noView : progressView(name, context);
  const report = await loadOne(request, session, view);
  const milliseconds = performance.now() - startedAt;
  await tellLoaded({ request, report, name, milliseconds }, metrics, session, context);
}

/** A load that has ended, by its object. */
interface Ended {
  readonly request: LoadRequest;
  readonly report: LoadReport;
  readonly name: string;
  readonly milliseconds: number;
}

async function tellLoaded(
  { request, report, name, milliseconds }: Ended,
  metrics: Metrics | null,
  session: LoadSession,
  context: Context,
): Promise<void> {
  metrics?.count(report, milliseconds / 1_000);
  // at the start every file that is there is asked for once; those that are loaded say nothing
  if (report.outcome !== 'ALREADY_LOADED')
    context.show(`${stamp()} ${printable(name, 300)}: ${lineOf(report, milliseconds)}\n`, isWell(report));
  await forgetOld([request], session, context);
  let began = performance.now();
  await replayAwaited(session, { outcomes: [report.outcome], context }, (replay, of) => {
    const now = performance.now();
    metrics?.count(replay, (now - began) / 1_000);
    context.show(
      `${stamp()} rejects of load ${of} that waited for their parents: ${lineOf(replay, now - began)}\n`,
      isWell(replay),
    );
    began = now;
  });
}

function isWell({ outcome }: LoadReport): boolean {
  return exitCodeOf([outcome]) === exitCode.done;
}

/** LOADED 42,049 records: 42,000 inserted, 49 rejected (load 3, 1.2 s) */
function lineOf({ outcome, loadId, counts, code, message, objects = [] }: LoadReport, milliseconds: number): string {
  const rows = Object.entries(counts)
    .filter(([name, number]) => name !== 'records' && number > 0)
    .map(([name, number]) => `${count(number)} ${name}`);
  const told = counts.records === 0 ? '' : ` ${plural(counts.records, 'record')}: ${rows.join(', ')}`;
  const refused = outcome === 'LOADED' ? objects.filter((object) => object.code !== undefined) : [];
  const left = refused.map((object) => `; left out: ${oneLine(object.message ?? object.key, 300)}`).join('');
  const why = [code, message].filter((text) => text !== undefined).join(': ');
  const load = loadId === null ? '' : ` (load ${loadId}, ${duration(milliseconds)})`;
  return `${outcome}${told}${left}${why === '' ? '' : ` ${oneLine(why, 300)}`}${load}`;
}

function stamp(): string {
  return new Date().toTimeString().slice(0, 8);
}
