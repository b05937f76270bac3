import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { directoryBucket, percentDecoded } from '../../functions/core/object-url.ts';
import { many } from '../../functions/db/client.ts';
import { type Target, withDatabase } from '../database/database.ts';
import { serverOf } from '../typed/database-url.ts';
import { type Transport, transportsOf } from './lineage-transports.ts';
import { selectTargetColumns, type TargetColumn } from './telemetry-sql.ts';
import { type EndedLoad, post, type Teller } from './teller.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/** Of the specification: openlineage.io/docs/spec. */
const runEventSchema = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';
const schemaFacet = 'https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json';
const statisticsFacet = 'https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json';
const errorFacet = 'https://openlineage.io/spec/facets/1-0-0/ErrorMessageRunFacet.json';
const producer = 'https://www.npmjs.com/package/landfall';

/**
 * A load as a run of OpenLineage: START, and COMPLETE, FAIL or ABORT, with what it read and the table that it wrote to, its columns
 * and its rows. Each to all transports that OPENLINEAGE_CONFIG or OPENLINEAGE_URL name.
 * @param folder where relative paths begin
 * @throws where they name none of those that are known
 */
export async function lineageTellers(
  env: Env,
  target: Target,
  { folder, err }: { readonly folder: string; readonly err: (text: string) => void },
): Promise<readonly Teller[]> {
  if (env['OPENLINEAGE_DISABLED'] === 'true') return [];
  const namespace = env['OPENLINEAGE_NAMESPACE'] || 'landfall';
  return (await transportsOf(env, folder)).map((transport) => {
    const { name, send } = wayOf(transport, err);
    return {
      name,
      began: ({ request, startedAt, runId }) =>
        send({
          ...eventOf('START', startedAt, runId),
          job: { namespace, name: jobOf(request) },
          inputs: [inputOf(request)],
          outputs: [],
        }),
      ended: async (load) => send(await endOf(load, target, namespace)),
    };
  });
}

interface Way {
  readonly name: string;
  readonly send: (event: object) => Promise<void>;
}

function wayOf(transport: Transport, err: (text: string) => void): Way {
  if (transport.kind === 'console')
    return { name: 'the terminal', send: async (event) => err(`${JSON.stringify(event)}\n`) };
  if (transport.kind === 'http') {
    const { url, headers } = transport;
    return { name: `the server of lineage at ${new URL(url).host}`, send: (event) => post(url, headers, event) };
  }
  const { path, eachAlone } = transport;
  return {
    name: `the file of lineage events in ${dirname(path)}`,
    send: (event) =>
      appendFile(eachAlone ? `${path}-${stamp()}.json` : path, `${JSON.stringify(event)}\n`, { mode: 0o600 }),
  };
}

/** `20260131-235959.123456`: the moment in UTC with microseconds, as OpenLineage's Python client names its files. */
function stamp(): string {
  const ms = performance.timeOrigin + performance.now();
  const [date = '', time = ''] = new Date(ms).toISOString().replaceAll(/[-:Z]/gu, '').split('T');
  const microseconds = String(Math.trunc((ms % 1) * 1_000)).padStart(3, '0');
  return `${date}-${time}${microseconds}`;
}

function eventOf(eventType: string, at: number, runId: string): object {
  return {
    eventType,
    eventTime: new Date(at).toISOString(),
    producer,
    schemaURL: runEventSchema,
    run: { runId },
  };
}

function jobOf({ dataset, into }: EndedLoad['request']): string {
  return `load.${dataset ?? into ?? 'unknown'}`;
}

function inputOf({ bucket, key }: { readonly bucket: string; readonly key: string }): object {
  return bucket === directoryBucket ? { namespace: 'file', name: key } : { namespace: `s3://${bucket}`, name: key };
}

/** Where nothing was refused or broke, it is complete: also a dry run and what was loaded before, with no row written. */
function typeOf({ report: { outcome, code } }: EndedLoad): 'COMPLETE' | 'FAIL' | 'ABORT' | 'RUNNING' {
  if (outcome === 'FAILED') return code === 'CANCELLED' ? 'ABORT' : 'FAIL';
  if (outcome === 'REJECTED') return 'FAIL';
  // it goes on, or ends, when a person has answered
  return outcome === 'HELD' ? 'RUNNING' : 'COMPLETE';
}

async function endOf(load: EndedLoad, target: Target, namespace: string): Promise<object> {
  const { report, request, endedAt, runId } = load;
  const type = typeOf(load);
  const columns = report.loadId === null ? [] : await columnsOf(report.loadId, target);
  const [first] = columns;
  const facets = type === 'FAIL' ? { errorMessage: failureOf(report) } : {};
  return {
    ...eventOf(type, endedAt, runId),
    run: { runId, facets },
    job: { namespace, name: jobOf(request) },
    inputs: [inputOf(report.object)],
    outputs: first === undefined ? [] : [outputOf(first.target_table, columns, report, target)],
  };
}

/** Its code alone: the words of a failure may hold a cell. */
function failureOf({ code, outcome }: EndedLoad['report']): object {
  return { _producer: producer, _schemaURL: errorFacet, message: code ?? outcome, programmingLanguage: 'SQL' };
}

function outputOf(
  table: string,
  columns: readonly TargetColumn[],
  { outcome, counts }: EndedLoad['report'],
  target: Target,
): object {
  const database = percentDecoded(new URL(target.url).pathname.slice(1));
  const rowCount = outcome === 'LOADED' ? counts.inserted + counts.updated + counts.deleted : 0;
  const fields = columns.map(({ name, type }) => ({ name, type }));
  return {
    namespace: `postgres://${serverOf(target.url)}`,
    name: `${database}.${table}`,
    facets: { schema: { _producer: producer, _schemaURL: schemaFacet, fields } },
    outputFacets: { outputStatistics: { _producer: producer, _schemaURL: statisticsFacet, rowCount } },
  };
}

async function columnsOf(loadId: number, target: Target): Promise<readonly TargetColumn[]> {
  return await withDatabase(target, (db) => many<TargetColumn>(db, selectTargetColumns(loadId)));
}
