import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageFolder } from '../../project/own-package.ts';
import { sql } from '../../functions/core/sql.ts';
import { readLoad } from '../../functions/ledger/loads/load.ts';
import { quarantineRequest } from '../../functions/replay/replay-request.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { whyNotHere } from '../../functions/contract/dataset-of.ts';
import { operate } from '../../functions/operate/operate.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { replayAwaiting } from '../../functions/replay/awaited-parents.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Records whose only fault is a missing parent: they wait, and are judged again once the parent's table was loaded.

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline(`
    create table public.p (id integer primary key, name text);
    create table public.t (id integer primary key, n integer, p integer references public.p)`);
});
afterEach(() => pipeline.end());

const into = { into: 'public.t', businessKey: ['id'], waitForParents: 3 };
const children = 'id,n,p\n1,1,\n2,2,8\n3,3,9\n4,x,9\n5,y,\n';
const rows = (): Promise<object[]> => pipeline.rows(sql`select id, n, p from public.t order by id`);

async function loaded(name: string, text: string, request: Partial<LoadRequest>): Promise<LoadReport> {
  return await pipeline.load(await pipeline.file(name, text), request);
}

const parents = async (name: string, text: string): Promise<LoadReport> =>
  await loaded(name, `id,name\n${text}\n`, { into: 'public.p', businessKey: ['id'] });

/** What the sweep does on a stack, and a command on one machine: answers of which loads records were judged again, and the reports. */
async function sweep(): Promise<{ of: readonly number[]; reports: readonly LoadReport[] }> {
  const requests: LoadRequest[] = [];
  const start = async (request: LoadRequest): Promise<string> => `this test, load ${requests.push(request)}`;
  const of = await pipeline.connect((db) =>
    replayAwaiting(db, { by: 'sweep', onOneMachine: true, sources: null, isHere: async () => true, start }),
  );
  const reports: LoadReport[] = [];
  for (const request of requests) {
    const result = await pipeline.execute(request);
    const { loadId } = (result as { output: { loadId: number } }).output;
    reports.push(await pipeline.connect((db) => readLoadReport(db, loadId)));
  }
  return { of, reports };
}

it('wait until their parent was loaded, and only those; twice does nothing, and newer rows stay', async () => {
  const { loadId, waits } = await loaded('children.csv', children, into);
  expect(waits).toEqual({ records: 2, parents: ['public.p'], until: expect.any(String) });
  expect(await sweep()).toEqual({ of: [], reports: [] });

  await parents('p9.csv', '9,a');
  const { of, reports } = await sweep();
  expect(of).toEqual([loadId]);
  expect(reports).toMatchObject([
    { outcome: 'LOADED', counts: { records: 2, inserted: 1, rejected: 1 }, replay: { of: loadId } },
  ]);
  expect(await rows()).toEqual([
    { id: 1, n: 1, p: null },
    { id: 3, n: 3, p: 9 },
  ]);
  expect(await sweep()).toEqual({ of: [], reports: [] });
  // nothing came
  await parents('same.csv', '9,a');
  expect(await sweep()).toEqual({ of: [], reports: [] });

  await pipeline.run('insert into public.t values (2, 20, null)');
  await parents('p8.csv', '8,b');
  expect((await sweep()).reports).toMatchObject([{ counts: { records: 1, stale: 1 } }]);
  expect(await rows()).toContainEqual({ id: 2, n: 20, p: null });
  const report = await pipeline.connect((db) => readLoadReport(db, loadId ?? 0));
  expect(report).toMatchObject({ rejects: { open: 2, closed: 2 } });
  expect(report.waits).toBeUndefined();
  expect(
    await pipeline.rows(sql`select verb, by, input ->> 'only' as only from landfall.operations order by operation_id`),
  ).toEqual([1, 2].map(() => ({ verb: 'replay', by: 'sweep', only: 'true' })));
});

it('wait for as many days as were declared, and are shown until then', async () => {
  const { loadId } = await loaded('children.csv', children, into);
  const ask = async (verb: string, input: object): Promise<unknown> =>
    await pipeline.connect((db) =>
      operate(
        { verb, input, by: 'ana' },
        {
          ...{ db, place: 'test', ledgerOwner: null, datasets: [] },
          executions: { start: async () => '', stop: async () => undefined, lookAt: async () => null },
          objects: { bucket: 'file://', sources: null, list: () => ReadableStream.from([]) },
          ...{ ownerIsAlive: () => true, now: () => new Date(), millisecondsLeft: () => Infinity, recordBytes: 1_000 },
        },
      ),
    );
  expect(await ask('status', {})).toMatchObject({
    awaiting: [{ loadId, target: 'public.t', records: 2, parents: ['public.p'] }],
  });
  expect(await ask('explain', { loadId })).toMatchObject({ waits: { records: 2 } });
  await parents('p9.csv', '9,a');
  await pipeline.run(`update landfall.loads set awaits_until = now() where load_id = ${loadId}`);
  expect(await sweep()).toEqual({ of: [], reports: [] });
  expect(await ask('status', {})).toMatchObject({ awaiting: [] });
});

it('wait for parents of their own table too, and end where none comes', async () => {
  await pipeline.run('create table public.s (id integer primary key, up integer references public.s)');
  const s = { into: 'public.s', businessKey: ['id'], waitForParents: 1 };
  const first = await loaded('first.csv', 'id,up\n1,\n2,9\n3,2\n', s);
  const second = await loaded('second.csv', 'id,up\n4,8\n5,\n', s);
  expect([first.waits?.records, second.waits?.records]).toEqual([2, 1]);
  expect((await sweep()).of).toEqual([first.loadId]);
  expect(await sweep()).toEqual({ of: [], reports: [] });
  await loaded('third.csv', 'id,up\n9,\n', s);
  expect((await sweep()).of).toEqual([first.loadId, second.loadId]);
  expect((await sweep()).of).toEqual([]);
  expect(await pipeline.rows(sql`select id from public.s order by id`)).toEqual([1, 2, 3, 5, 9].map((id) => ({ id })));
});

it('wait where nothing else is left of their file, and so does a replay that finds none of their parents', async () => {
  const orphans = await loaded('orphans.csv', 'id,n,p\n1,1,8\n2,2,9\n', into);
  expect(orphans).toMatchObject({ outcome: 'LOADED', counts: { rejected: 2, inserted: 0 }, waits: { records: 2 } });
  await parents('p7.csv', '7,a');
  expect(await sweep()).toMatchObject({
    of: [orphans.loadId],
    reports: [{ outcome: 'LOADED', counts: { records: 2, rejected: 2 } }],
  });
  await parents('p8.csv', '8,a\n9,b');
  expect(await sweep()).toMatchObject({ of: [orphans.loadId], reports: [{ counts: { inserted: 2 } }] });
  expect(await rows()).toHaveLength(2);
  // none of these waits
  const faulty = await loaded('faulty.csv', 'id,n,p\n3,x,5\n', into);
  expect(faulty).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED' });
});

it('wait too where their parent went between the judging and the merge, which only the target sees', async () => {
  await pipeline.run("insert into public.p values (8, 'a')");
  pipeline.before = async ({ event }) => {
    if (event['state'] !== 'MergeLane') return;
    pipeline.before = null;
    await pipeline.run('delete from public.p');
  };
  const { loadId, ...report } = await loaded('gone.csv', 'id,n,p\n1,1,\n2,2,8\n', into);
  expect(report.rejectsByCode).toEqual([{ code: 'TARGET_REFUSED', column: null, rejects: 1 }]);
  expect(report.waits).toMatchObject({ records: 1, parents: ['public.p'] });
  await parents('p8.csv', '8,b');
  expect(await sweep()).toMatchObject({ of: [loadId], reports: [{ counts: { records: 1, inserted: 1 } }] });
  expect(await rows()).toHaveLength(2);
});

it('are asked for once where their dataset asks a person, and again once that was answered', async () => {
  const asking: Partial<LoadRequest> = { ...into, approve: 'always' };
  const yes = async (loadId: number): Promise<void> => {
    await pipeline.run(`update landfall.loads set approved_by = 'ana', approved_at = now() where load_id = ${loadId}`);
  };
  const path = await pipeline.file('first.csv', 'id,n,p\n1,1,\n2,2,8\n3,3,9\n');
  await yes((await pipeline.load(path, asking)).loadId ?? 0);
  const { loadId, outcome } = await pipeline.load(path, asking);
  expect(outcome).toBe('LOADED');
  await parents('p8.csv', '8,a');
  const [held] = (await sweep()).reports;
  expect(held).toMatchObject({ outcome: 'HELD', counts: { inserted: 1, rejected: 1 } });
  await parents('p9.csv', '9,b');
  expect((await sweep()).of).toEqual([]);
  const load = await pipeline.connect((db) => readLoad(db, loadId ?? 0));
  const other = await pipeline.execute(quarantineRequest(load, {}));
  expect(other).toMatchObject({ output: { outcome: 'REJECTED' } });
  await pipeline.run(
    `update landfall.loads set outcome = 'REJECTED', code = 'DECLINED' where load_id = ${held?.loadId}`,
  );
  await parents('p7.csv', '7,b');
  expect((await sweep()).reports).toMatchObject([{ outcome: 'HELD', counts: { inserted: 2, rejected: 0 } }]);
});

it('are left alone where what their load was asked for with is declared here no more: nothing would come of it, each time anew', async () => {
  const { loadId } = await loaded('children.csv', children, into);
  await parents('p9.csv', '9,a');
  await pipeline.run(`update landfall.loads set request = request - 'into' - 'businessKey' || '{"dataset": "gone"}'`);
  const began: LoadRequest[] = [];
  const replays = async (names: readonly string[]): Promise<number[]> => {
    const declared = names.map((name) => defineDataset({ name, prefix: 'c/', table: 'public.t', key: ['id'] }));
    const isHere = async (request: LoadRequest): Promise<boolean> =>
      whyNotHere(request, { datasets: declared }) === null;
    const start = async (request: LoadRequest): Promise<string> => `this test, load ${began.push(request)}`;
    return await pipeline.connect((db) =>
      replayAwaiting(db, { by: 'sweep', onOneMachine: true, sources: null, isHere, start }),
    );
  };
  expect(await replays(['another'])).toEqual([]);
  expect(await pipeline.rows(sql`select from landfall.operations`)).toEqual([]);
  expect(await replays(['gone'])).toEqual([loadId]);
});

it('are replayed on one machine by the command that loads their parents', async () => {
  const gone = await loaded('gone.csv', children, into);
  await pipeline.run(
    `update landfall.loads set request = request - 'into' - 'businessKey' || '{"dataset": "gone"}' where load_id = ${gone.loadId}`,
  );
  const { loadId } = await loaded('children.csv', children, into);
  const path = await pipeline.file('p.csv', 'id,name\n8,a\n9,b\n');
  const command = spawn(
    process.execPath,
    ['cli/main.ts', 'load', path, '--into', 'public.p', '--key', 'id', '--json'],
    {
      cwd: packageFolder,
      env: { ...process.env, DATABASE_URL: pipeline.url, LANDFALL_REPORTS: '' },
    },
  );
  let [out, err] = ['', ''];
  command.stdout.on('data', (text: Buffer) => (out += text.toString()));
  command.stderr.on('data', (text: Buffer) => (err += text.toString()));
  expect(await new Promise((resolve) => void command.on('close', resolve)), err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
  expect(err).toContain(`rejects of load ${loadId} waited for parents that were loaded now: 2 records found theirs`);
  expect(err).not.toContain('gone');
  expect(await rows()).toHaveLength(3);
}, 120_000);

it('are replayed by the sweep of the stack that loaded them, and by nobody else', async () => {
  const { loadId } = await loaded('children.csv', children, into);
  await parents('p9.csv', '9,a');
  await pipeline.run(`update landfall.loads set execution = 'arn:one' where load_id = ${loadId}`);
  const began: LoadRequest[] = [];
  const start = async (request: LoadRequest): Promise<string> => `arn:${began.push(request)}`;
  const replays = async (onOneMachine: boolean, sources: readonly string[] | null = null): Promise<number[]> =>
    await pipeline.connect((db) =>
      replayAwaiting(db, { by: 'sweep', onOneMachine, sources, isHere: async () => true, start }),
    );
  expect(await replays(true)).toEqual([]);
  expect(await replays(false, ['another'])).toEqual([]);
  expect(await replays(false)).toEqual([loadId]);
  expect(began).toMatchObject([{ replay: { of: loadId, from: 'quarantine', codes: ['FOREIGN_KEY'], only: true } }]);
});
