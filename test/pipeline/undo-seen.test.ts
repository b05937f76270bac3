import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { readLoad } from '../../functions/ledger/loads/load.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { operateVerbs } from '../../functions/operate/verbs/all.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { quarantineRequest } from '../../functions/replay/replay-request.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { askVerb, undoLoad } from '../support/undone.ts';

// A load that was undone is seen as such wherever loads are looked at, and what stood beside it takes notice.

const into = { into: 'public.t', businessKey: ['k'], undo: true };
const view = { command: (words: string) => `landfall ${words}`, folder: '/' };

let pipeline: Pipeline;
let path: string;
beforeEach(async () => {
  pipeline = await testPipeline(
    `create table public.p (id integer primary key);
     create table public.t (k integer primary key, n integer, p integer references public.p);
     insert into public.t values (1, 1), (2, 2)`,
    { waits: 0.0005 },
  );
  path = await pipeline.file('a.csv', 'k,n,p\n1,10,\n2,20,\n3,30,\n4,x,\n5,50,7\n');
});
afterEach(() => pipeline.end());

const reportOf = (loadId: number): Promise<LoadReport> => pipeline.connect((db) => readLoadReport(db, loadId));
const shown = async (verb: string, input: object): Promise<string> =>
  operateVerbs.find(({ name }) => name === verb)?.show(await askVerb(pipeline, verb, input), view) ?? '';
const open = (loadId: number): Promise<object[]> =>
  pipeline.rows(sql`
    select record_no from landfall.rejects
    where (load_id = ${loadId}) and (kind = 'reject') and (closed_by is null) order by record_no`);

describe('an undone load', () => {
  it('is said in lists, in its report and on its page; loaded again it says of which load it takes the place', async () => {
    const { loadId, outcome, reportPath, pagePath } = await pipeline.load(path, into);
    expect(outcome).toBe('LOADED');
    const id = loadId ?? 0;
    await pipeline.run('update public.t set n = 11 where k = 1');
    await undoLoad(pipeline, id);
    const rows = { restored: 1, removed: 1, returned: 0, untouched: 0, kept: 1 };
    const undone = { ...rows, by: 'ana@laptop', why: null, at: expect.stringMatching(/^\d{4}-.*Z$/u) };
    expect(JSON.parse(await readFile(reportPath ?? '', 'utf8'))).toMatchObject({ outcome: 'LOADED', undone });
    expect(await readFile(pagePath ?? '', 'utf8')).toMatch(
      /Undone at .*by ana@laptop: 2 rows as before \(1 restored, 1 removed\), 1 stays as it is/u,
    );
    expect(await askVerb(pipeline, 'explain', { loadId: id })).toMatchObject({ undone });
    expect(await shown('explain', { loadId: id })).toMatch(
      /loaded, and undone since[^]*undone {6}.*by ana@laptop[^]*landfall undo \d+ --kept shows the rows that stay; the same file may be loaded again/u,
    );
    for (const verb of ['list', 'status']) {
      expect(await askVerb(pipeline, verb, {})).toMatchObject({
        loads: [{ loadId: id, outcome: 'LOADED', undo: 'done' }],
      });
      expect(await shown(verb, {})).toMatch(/^ *\d+ +undone /mu);
    }
    // nothing is measured a second time, and the times of the load stay its own
    expect((await reportOf(id)).counts).toMatchObject({ records: 5, inserted: 1, updated: 2, rejected: 2 });

    const again = await pipeline.load(path, into);
    expect(again).toMatchObject({
      outcome: 'LOADED',
      afterUndo: { loadId: id, by: 'ana@laptop' },
      counts: { inserted: 1 },
    });
    expect(await shown('explain', { loadId: again.loadId })).toMatch(
      /again {7}load \d+ of this file was undone at .*, by ana@laptop/u,
    );
    const third = await pipeline.load(path, { ...into, force: true });
    expect(third).not.toHaveProperty('afterUndo');
  });

  it('leaves no rejects to replay, and nothing of it waits for parents', async () => {
    const { loadId } = await pipeline.load(path, { ...into, waitForParents: 5 });
    const request = await pipeline.connect(async (db) => quarantineRequest(await readLoad(db, loadId ?? 0), {}));
    expect(await askVerb(pipeline, 'status', {})).toMatchObject({ awaiting: [{ loadId, records: 1 }] });
    await undoLoad(pipeline, loadId);
    expect(await askVerb(pipeline, 'status', {})).toMatchObject({ awaiting: [] });
    await expect(askVerb(pipeline, 'replay', { loadId })).rejects.toThrow(
      /was undone at .*load the file itself again, that takes no --force/u,
    );
    // asked for before, and it comes to its turn after
    expect(await pipeline.execute(request)).toMatchObject({ output: { outcome: 'REJECTED' } });
  });
});

it('an undone replay opens the rejects again that it had closed, and they are not taken up by themselves', async () => {
  const { loadId } = await pipeline.load(path, { ...into, waitForParents: 5 });
  const id = loadId ?? 0;
  await pipeline.run('insert into public.p values (7)');
  const before = await open(id);
  const replays = async (): Promise<number> => {
    const request = await pipeline.connect(async (db) =>
      quarantineRequest(await readLoad(db, id), { codes: ['FOREIGN_KEY'] }),
    );
    const result = await pipeline.execute(request);
    return (result as { output: { loadId: number } }).output.loadId;
  };
  const replay = await replays();
  expect((await open(id)).length).toBe(before.length - 1);
  expect((await reportOf(id)).rejects).toEqual({ open: 1, closed: 1 });
  expect(await undoLoad(pipeline, replay)).toMatchObject({ removed: 1, kept: 0 });
  expect(await open(id)).toEqual(before);
  expect((await reportOf(id)).rejects).toEqual({ open: 2, closed: 0 });
  expect(await askVerb(pipeline, 'status', {})).toMatchObject({ awaiting: [] });
  const again = await replays();
  expect((await reportOf(again)).counts).toMatchObject({ records: 1, inserted: 1 });
  expect((await reportOf(id)).rejects).toEqual({ open: 1, closed: 1 });
});

describe('an undo that broke off', () => {
  /** As EventBridge tells of it. */
  async function breaksOff(loadId: number, state = 'UndoRows'): Promise<Parameters<typeof recordFailure>[1]> {
    const error = { name: 'Sandbox.Timedout', message: 'Task timed out after 900.00 seconds' };
    pipeline.before = async ({ event }) => {
      if (event['state'] === state) throw Object.assign(new Error(error.message), error);
    };
    const started: Execution[] = [];
    await askVerb(pipeline, 'undo', { loadId }, started);
    const [execution] = started;
    expect((await execution?.result)?.status).toBe('FAILED');
    await pipeline.idle();
    pipeline.before = null;
    const input = JSON.stringify({ loadId, attempt: 0 });
    return { executionArn: execution?.id ?? '', status: 'FAILED', error: error.name, cause: error.message, input };
  }
  const record = (end: Parameters<typeof recordFailure>[1]): Promise<unknown> =>
    pipeline.connect((db) => recordFailure(db, end));

  it.each(['BeginUndo', 'UndoRows', 'FinishUndo'])(
    'in %s gives its table back, is said with its reason, and goes on',
    async (state) => {
      const before = await pipeline.rows(sql`select * from public.t order by k`);
      const { loadId } = await pipeline.load(path, into);
      const id = loadId ?? 0;
      await record(await breaksOff(id, state));
      expect(await pipeline.rows(sql`select from landfall.leases`)).toEqual([]);
      expect(await pipeline.rows(sql`select from landfall.waiters`)).toEqual([]);
      const stopped = { code: 'Sandbox.Timedout', message: 'Task timed out after 900.00 seconds' };
      const { undone } = await reportOf(id);
      expect(undone).toMatchObject({ at: null, stopped });
      expect(await askVerb(pipeline, 'list', {})).toMatchObject({ loads: [{ loadId: id, undo: 'stopped' }] });
      expect(await shown('explain', { loadId: id })).toMatch(
        /loaded, and being undone[^]*broke off at .*Sandbox.Timedout: Task timed out[^]*landfall undo \d+ goes on where its undo stopped/u,
      );
      expect(await shown('status', {})).toContain(`landfall undo ${id}`);
      await undoLoad(pipeline, id);
      expect(await pipeline.rows(sql`select * from public.t order by k`)).toEqual(before);
      expect((await reportOf(id)).undone).not.toHaveProperty('stopped');
    },
  );

  it('and is asked for again keeps its table when word comes of the execution before', async () => {
    const { loadId } = await pipeline.load(path, into);
    const id = loadId ?? 0;
    const end = await breaksOff(id);
    // nobody gave it back before it was over
    await pipeline.run('delete from landfall.leases');
    await breaksOff(id);
    const leases = await pipeline.rows(sql`select execution from landfall.leases`);
    await record(end);
    expect(await pipeline.rows(sql`select execution from landfall.leases`)).toEqual(leases);
    expect((await reportOf(id)).undone).not.toHaveProperty('stopped');
  });

  it('before it said its name is known by the one that it was started with, each time anew', async () => {
    const { loadId } = await pipeline.load(path, into);
    const id = loadId ?? 0;
    for (const isFirst of [true, false]) {
      const end = await breaksOff(id, 'BeginUndo');
      expect(await pipeline.rows(sql`select execution, failed_at, began_at from landfall.undos`)).toEqual([
        { execution: end.executionArn, failed_at: null, began_at: null },
      ]);
      await record(end);
      expect((await reportOf(id)).undone, String(isFirst)).toMatchObject({ stopped: { code: 'Sandbox.Timedout' } });
    }
  });

  it('after its end and before the report said so: asked again it says so, and then it is refused', async () => {
    const { loadId, reportPath } = await pipeline.load(path, into);
    const id = loadId ?? 0;
    await record(await breaksOff(id, 'ReportUndone'));
    const before = await pipeline.rows(sql`select * from public.t order by k`);
    const written = async (): Promise<LoadReport> => JSON.parse(await readFile(reportPath ?? '', 'utf8')) as LoadReport;
    expect(await written()).not.toHaveProperty('undone');
    await expect(askVerb(pipeline, 'undo-plan', { loadId: id })).rejects.toThrow('was undone at');
    expect(await undoLoad(pipeline, id)).toMatchObject({ restored: 2, removed: 1 });
    expect((await written()).undone).toMatchObject({ at: expect.any(String), restored: 2 });
    expect(await pipeline.rows(sql`select * from public.t order by k`)).toEqual(before);
    await expect(undoLoad(pipeline, id)).rejects.toThrow('was undone at');
  });

  it('since it was refused gives up its place in line, and is said with the refusal', async () => {
    const { loadId } = await pipeline.load(path, into);
    const id = loadId ?? 0;
    const other = await pipeline.load(await pipeline.file('b.csv', 'k,n,p\n6,60,\n'), into);
    await pipeline.run(`
      insert into landfall.leases (target, load_id, attempt, token, expires_at, execution)
      values ('public.t', ${other.loadId}, 1, 'its own', now() + interval '1 hour', 'arn:another')`);
    const started: Execution[] = [];
    await askVerb(pipeline, 'undo', { loadId: id }, started);
    await expect.poll(() => pipeline.rows(sql`select load_id from landfall.waiters`)).toEqual([{ load_id: id }]);
    await pipeline.run('alter table public.t drop column n');
    const result = await started[0]?.result;
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { refused: expect.any(String) } });
    expect(await pipeline.rows(sql`select load_id from landfall.waiters`)).toEqual([]);
    expect((await reportOf(id)).undone).toMatchObject({ at: null, stopped: { code: 'UNDO_REFUSED' } });
    expect(await shown('explain', { loadId: id })).toContain('UNDO_REFUSED');
  });

  it('is not given up by release and cancel while it runs, and is ended by them where nobody runs it', async () => {
    const { loadId } = await pipeline.load(path, into);
    const id = loadId ?? 0;
    await breaksOff(id);
    await expect(askVerb(pipeline, 'release', { loadId: id })).rejects.toThrow(`works on public.t`);
    await expect(askVerb(pipeline, 'cancel', { loadId: id })).rejects.toThrow(
      `the undo of load ${id} may run in execution`,
    );
    await pipeline.run(`update landfall.leases set expires_at = now() - interval '1 hour'`);
    expect(await askVerb(pipeline, 'cancel', { loadId: id })).toMatchObject({ done: 'recorded', undo: true });
    expect((await reportOf(id)).undone).toMatchObject({ stopped: { code: 'CANCELLED' } });
    expect(await pipeline.rows(sql`select from landfall.leases`)).toEqual([]);
  });
});
