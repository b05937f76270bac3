import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { uploadRequest } from '../../functions/protocol/upload-request.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import type { Context } from '../../cli/context.ts';
import { packageFolder } from '../../project/own-package.ts';
import { exitCode } from '../../cli/typed/exit-codes.ts';
import { loadOne, type LoadSession } from '../../cli/loading/load-one.ts';
import { landingFolder } from '../../cli/typed/named-datasets.ts';
import { progressView } from '../../cli/loading/progress.ts';
import { tellError } from '../../cli/run.ts';
import { withLoadSession } from '../../cli/loading/session.ts';
import { CommandError } from '../../cli/typed/usage.ts';
import { count, duration } from '../../functions/words/quantities.ts';
import { writeOrders } from './orders.ts';
import { showEnd, type Told } from './show-end.ts';
import { makeDemoTables } from './tables.ts';

const orderRows = 1_000_000;
/** Of a million: ~10,000 wrong types, ~1,000 broken records, ~50,000 repeated keys, ~20,000 notes of several lines. */
const faults = { badTypes: 0.01, badStructure: 0.001, duplicateKeys: 0.05, multiline: 0.02 };

/** The demo: three real files and a million generated orders, the same object again, the same content under another name. */
export async function runDemo(context: Context): Promise<number> {
  try {
    context.out('Landfall: files land, rows arrive in PostgreSQL. This takes about a minute.\n\n');
    return await withLoadSession({ kind: 'embedded' }, context, { small: false }, (session) => tell(session, context));
  } catch (error) {
    return tellError('npm start', error, context);
  }
}

async function tell(session: LoadSession, context: Context): Promise<number> {
  const startedAt = performance.now();
  await session.connect(makeDemoTables);
  const landing = landingFolder(context.home);
  const told: Told[] = [];
  const step = async (title: string, dataset: string, path: string): Promise<LoadReport> => {
    context.out(`${title}\n`);
    const one = await load({ dataset, path, landing }, session, context);
    told.push(one);
    context.out(`  ${sentence(one)}\n\n`);
    return one.report;
  };
  for (const name of ['zipcodes', 'airports', 'birdstrikes']) {
    await step(`A real file: ${name}.csv`, name, await landReal(name, landing));
  }
  const orders = await landOrders(landing, context);
  const first = await step('A million orders, some of them faulty', 'orders', orders.path);
  checkCounts(first, orders.expected);
  await step('The same object again', 'orders', orders.path);
  const copy = join(landing, 'orders/orders-resent.csv');
  await copyAnew(orders.path, copy);
  await step('The same content under another name', 'orders', copy);
  await showEnd(told, session, context, performance.now() - startedAt);
  return exitCode.done;
}

/** Copying gives the landed file a new time, so a second demo lands a new version of it. */
async function landReal(name: string, landing: string): Promise<string> {
  const source = join(packageFolder, 'node_modules/vega-datasets/data', `${name}.csv`);
  const path = join(landing, name, `${name}.csv`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await copyAnew(source, path);
  return path;
}

/** Not into a link that lies there. */
async function copyAnew(source: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await copyFile(source, path, constants.COPYFILE_EXCL);
}

async function landOrders(
  landing: string,
  context: Context,
): Promise<{ path: string; expected: Awaited<ReturnType<typeof writeOrders>>['expected'] }> {
  const startedAt = performance.now();
  const path = join(landing, 'orders/orders.csv');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { expected } = await writeOrders(path, { rows: orderRows, seed: 1, ...faults });
  context.err(`generated ${count(orderRows)} orders in ${duration(performance.now() - startedAt)}\n`);
  return { path, expected };
}

async function load(
  { dataset, path, landing }: { dataset: string; path: string; landing: string },
  session: LoadSession,
  context: Context,
): Promise<Told> {
  const request = uploadRequest({ bucket: directoryBucket, key: path }, { name: dataset });
  const name = path.slice(landing.length + 1);
  const startedAt = performance.now();
  const report = await loadOne(request, session, progressView(name, context));
  context.signal.throwIfAborted();
  if (report.outcome !== 'LOADED' && report.outcome !== 'ALREADY_LOADED') {
    throw new CommandError(`${name} ended ${report.outcome} (${report.code ?? ''}): ${report.message ?? ''}`);
  }
  return { name, report, milliseconds: performance.now() - startedAt };
}

function sentence({ name, report, milliseconds }: Told): string {
  if (report.outcome === 'ALREADY_LOADED')
    return `${name}: already loaded as load ${report.loadId}; nothing was read (${duration(milliseconds)})`;
  const { records, ...rest } = report.counts;
  const parts = Object.entries(rest).flatMap(([what, rows]) => (rows === 0 ? [] : [`${count(rows)} ${what}`]));
  return `${name}: ${count(records)} records in ${duration(milliseconds)}: ${parts.join(', ')}`;
}

/** The generator knows what it wrote: a demo that told anything else would be a lie. */
function checkCounts(
  { counts }: LoadReport,
  expected: { rejected: number; duplicate: number; accepted: number },
): void {
  const got = { rejected: counts.rejected, duplicate: counts.duplicate, accepted: counts.inserted };
  if (JSON.stringify(got) !== JSON.stringify(expected)) {
    throw new Error(`the orders were counted wrongly: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`);
  }
}
