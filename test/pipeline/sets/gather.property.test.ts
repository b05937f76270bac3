import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { sql } from '../../../functions/core/sql.ts';
import { many } from '../../../functions/db/client.ts';
import { datasetsAsJson } from '../../../functions/datasets/as-data.ts';
import { readLoad } from '../../../functions/ledger/loads/load.ts';
import { retryRequest } from '../../../functions/ledger/operations/retries.ts';
import { unknownObjects } from '../../../functions/ledger/sweeping/unknown-objects.ts';
import { openDirectoryStore } from '../../../functions/objects/directory/directory-store.ts';
import { loadDueWindows } from '../../../functions/sweep/load-due-windows.ts';
import { cases, casesTimeout } from '../../support/cases.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const files = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const states = ['Register', 'AcquireLease', 'PlanSlices', 'StageSlice', 'Compose', 'Transform', 'MergeLane', 'Finish'];

/** What happens to one file's event: how often it comes and after how many tenths of a window; never: it is lost. */
const events = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 0, maxLength: 3 });
const history = fc.record({
  events: fc.tuple(...files.map(() => events)),
  /** Before so manieth call of these states the execution is killed. */
  kills: fc.array(fc.record({ state: fc.constantFrom(...states), call: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 3,
  }),
  /** Executions that are stopped, after so many tenths of a window. */
  stops: fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 2 }),
  maxObjects: fc.integer({ min: 2, max: 7 }),
});

/** A window lasts a second, and a tenth is half of one: so an event may come before it opens, in it, as it closes and behind it. */
const tenth = 50;

/** One for each size of a window. */
const datasets = [2, 3, 4, 5, 6, 7].map((maxObjects) =>
  defineDataset({
    ...{ name: `log${maxObjects}`, prefix: `log${maxObjects}/`, table: 'public.log', conflict: { rule: 'append' } },
    gather: { seconds: 1, maxObjects },
  }),
);

describe('whatever events tell of objects that are gathered, twice, late, never, at once, and whatever is killed', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.log (file text not null)', { waits: 0.1 });
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(datasets));
  });
  afterEach(() => pipeline.end());

  it('each object is in exactly one load that is LOADED', { timeout: casesTimeout(10) }, async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(history, async ({ events: told, kills, stops, maxObjects }) => {
        run += 1;
        const name = `log${maxObjects}`;
        await pipeline.run('truncate public.log');
        const paths = await Promise.all(
          files.map((file) => pipeline.file(`${run}${file}.csv`, `file\n${`${file}\n`.repeat(3)}`)),
        );
        const left = kills.map((kill) => ({ ...kill }));
        pipeline.before = ({ event }) => {
          const kill = left.find(({ state }) => state === event['state']);
          if (kill === undefined || (kill.call -= 1) > 0) return;
          left.splice(left.indexOf(kill), 1);
          throw Object.assign(new Error('killed'), { name: 'Killed' });
        };
        const executions = new Set<ReturnType<Pipeline['start']>>();
        const gone: string[] = [];
        const executed = async (request: object): Promise<void> => {
          const execution = pipeline.start(request);
          executions.add(execution);
          const { status } = await execution.result;
          executions.delete(execution);
          // the recorder would
          if (status !== 'SUCCEEDED') {
            gone.push(execution.id);
            await pipeline.run(failedOf(gone));
            await pipeline.run(leasesOf(gone));
          }
        };
        const arrives = (key: string): Promise<void> =>
          executed({ bucket: 'file://', key, dataset: name, gather: true });
        // a call that was under way takes a lease when its execution has ended; it would run out after 16 minutes
        const expiring = setInterval(() => void pipeline.run(leasesOf(gone)).catch(() => undefined), 5 * tenth);
        await Promise.all([
          ...told.flatMap((each, file) =>
            each.map(async (after) => {
              await sleep(after * tenth);
              await arrives(paths[file] ?? '');
            }),
          ),
          ...stops.map(async (after) => {
            await sleep(after * tenth);
            [...executions][0]?.abort();
          }),
        ]).finally(() => clearInterval(expiring));
        await pipeline.idle();
        pipeline.before = null;
        // time goes by, and sweeps come
        for (let sweeps = 0; sweeps < 3; sweeps += 1) {
          // a claim that was under way when its execution ended: the sweep finds that out
          await pipeline.run(failedOf(gone));
          await pipeline.run(
            "delete from landfall.leases; delete from landfall.waiters; update landfall.windows set closes_at = closes_at - interval '2 minutes'",
          );
          const requests: object[] = [];
          const start = async (request: object): Promise<string> => `arn:${requests.push(request)}`;
          await pipeline.connect(async (db) => {
            const failed = await many<{ load_id: number }>(
              db,
              sql`select load_id from landfall.loads where dataset = ${name} and outcome = 'FAILED'`,
            );
            for (const { load_id: loadId } of failed) requests.push(retryRequest(await readLoad(db, loadId)));
            await loadDueWindows({ db, datasets, executions: { start, lookAt: () => Promise.resolve(null) } });
            const heads = await Promise.all(
              paths.map((key) => openDirectoryStore().head({ bucket: 'file://', key, versionId: null })),
            );
            for (const { key } of await unknownObjects(db, { dataset: name, bucket: 'file://' }, heads))
              requests.push({ bucket: 'file://', key, dataset: name, gather: true });
          });
          await Promise.all(requests.map(executed));
          await pipeline.idle();
        }
        const rows = await pipeline.rows(
          sql`select file, count(*)::integer as n from public.log group by file order by file`,
        );
        expect(rows).toEqual(files.map((file) => ({ file, n: 3 })));
        const loads = await pipeline.rows(sql`
          select of from (
            select loads.key as of from landfall.loads where outcome = 'LOADED' and objects is null
            union all
            select objects.key from landfall.loads join landfall.objects using (load_id)
            where outcome = 'LOADED' and loaded_by is null
          ) as loaded
          where of = any (${paths})
          order by of`);
        expect(loads).toEqual(paths.toSorted().map((of) => ({ of })));
      }),
      cases(2),
    );
  });
});

function failedOf(executions: readonly string[]): string {
  return `update landfall.loads set outcome = 'FAILED', code = 'Killed', ended_at = now() where ${isOf(executions)} and outcome is null`;
}

function leasesOf(executions: readonly string[]): string {
  return `delete from landfall.leases where ${isOf(executions)}`;
}

function isOf(executions: readonly string[]): string {
  return `execution in (${["''", ...executions.map((id) => `'${id}'`)].join()})`;
}
