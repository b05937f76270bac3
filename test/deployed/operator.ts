import { describe, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { objectCreated } from '../support/object-created.ts';
import type { Typed } from './world/command.ts';
import { airports, codes, feedRows } from './world/files.ts';
import { holding, slices } from './world/held.ts';
import { leaveOneCall } from './world/leave-one-call.ts';
import type { World } from './world/world.ts';

/** What a person types who has the stack's name and an account, and nothing else. */
export function operator(world: () => World): void {
  const stack = ['--stack', 'Landfall', '--json'];
  const typed = async (...words: readonly string[]): Promise<Typed> => await world().landfall(...words);
  const answered = async <T>(...words: readonly string[]): Promise<T> => {
    const { code, out, err } = await typed(...words, ...stack);
    if (code !== 0) throw new Error(`landfall ${words.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out) as T;
  };

  describe('an operator of the stack', () => {
    test.each([
      { verb: 'status', words: ['status'] },
      { verb: 'list', words: ['list', '--dataset', 'airports', '--limit', '5'] },
      { verb: 'explain', words: ['explain'] },
      { verb: 'rejects', words: ['rejects'] },
    ])('reads by $verb what the ledger says', async ({ verb, words }) => {
      const loadId = await refusedRows(world());
      const asked = verb === 'explain' || verb === 'rejects' ? [...words, String(loadId)] : words;
      const there = await typed(...asked, '--stack', 'Landfall');
      const here = await typed(...asked, '--database-url', world().databaseUrl);
      expect(there).toMatchObject({ code: 0, err: '' });
      expect(there.out).toContain(verb === 'rejects' ? 'not a number' : 'airports');
      const bare = (text: string): string =>
        text
          .replaceAll(/ --stack Landfall| --database-url URL/g, '')
          .replace(/^database .*$/m, '')
          // each is signed as it is asked for
          .replaceAll(/X-Amz-(?:Date|Signature)=\w+/g, '');
      expect(bare(there.out)).toBe(bare(here.out));
    });

    test('ends a load by cancel, frees its table, and goes on with it by retry', async () => {
      const { put, bucket, start, ended, recorded, databaseUrl, report, rows } = world();
      const object = await put(await bucket({ versioned: true }), 'airports/cancelled.csv', airports(codes('J', 4)));
      const { arn, loadId } = await holding(databaseUrl, slices, async ({ cut, waits }) => {
        const execution = await start(objectCreated(object, '01'));
        await leaveOneCall(world(), execution, cut);
        await waits('PlanSlices');
        const [load] = await rows<{ load_id: number }>(
          sql`select load_id from landfall.loads where (execution = ${execution})`,
        );
        const cancelled = await answered<{ done: string }>(
          'cancel',
          String(load?.load_id),
          '--reason',
          'the wrong file',
        );
        expect(cancelled).toMatchObject({ done: 'stopped' });
        return { arn: execution, loadId: load?.load_id ?? 0 };
      });
      expect(await ended(arn)).toMatchObject({ status: 'ABORTED' });
      expect(await recorded(arn)).toEqual({ loadId, outcome: 'FAILED', code: 'CANCELLED' });
      expect(await answered('release', 'public.airports')).toMatchObject({ target: 'public.airports' });
      const { executionId } = await answered<{ executionId: string }>('retry', String(loadId));
      expect(await ended(executionId)).toMatchObject({ status: 'SUCCEEDED', output: { loadId, outcome: 'LOADED' } });
      expect((await report(loadId)).counts.inserted).toBe(4);
      const audit = await rows<{ verb: string; why: string | null; known: boolean }>(sql`
        select verb, why, by like 'arn:aws:%' as known from landfall.operations where (load_id = ${loadId}) order by operation_id`);
      expect(audit).toEqual([
        { verb: 'cancel', why: 'the wrong file', known: true },
        { verb: 'retry', why: null, known: true },
      ]);
    });

    test('takes a table from a load by release --force, which ends it; retry goes on', async () => {
      const { put, bucket, start, ended, recorded, databaseUrl, report } = world();
      const object = await put(await bucket({ versioned: true }), 'airports/released.csv', airports(codes('P', 4)));
      const { arn, loadId } = await holding(databaseUrl, slices, async ({ waits }) => {
        const execution = await start(objectCreated(object, '01'));
        await waits('PlanSlices');
        const refused = await typed('release', 'public.airports', ...stack);
        expect(refused).toMatchObject({ code: 1, out: '' });
        expect(refused.err).toContain('cancel it first');
        const forced = await answered<{ loadId: number }>(
          'release',
          'public.airports',
          '--force',
          '--reason',
          'a test',
        );
        expect(forced).toMatchObject({ released: true, forced: true });
        return { arn: execution, loadId: forced.loadId };
      });
      expect(await ended(arn)).toMatchObject({ status: 'FAILED', error: 'LeaseLost' });
      expect(await recorded(arn)).toEqual({ loadId, outcome: 'FAILED', code: 'LeaseLost' });
      const { executionId } = await answered<{ executionId: string }>('retry', String(loadId));
      expect(await ended(executionId)).toMatchObject({ status: 'SUCCEEDED', output: { loadId, outcome: 'LOADED' } });
      expect((await report(loadId)).counts.inserted).toBe(4);
    });

    test('holds a load until somebody approves it, and merges it then', async () => {
      const { put, bucket, execute, ended, report } = world();
      const {
        bucket: own,
        key,
        versionId,
      } = await put(await bucket({ versioned: true }), 'airports/held.csv', airports(codes('H', 4)));
      const { output } = await execute({ bucket: own, key, versionId, dataset: 'airports', approve: 'always' });
      const loadId = output?.loadId ?? 0;
      expect(await report(loadId)).toMatchObject({ outcome: 'HELD', counts: { inserted: 4 } });
      const said = await typed('approve', String(loadId), ...stack);
      const { executionId } = JSON.parse(said.out) as { executionId: string };
      expect(await ended(executionId)).toMatchObject({ status: 'SUCCEEDED', output: { loadId, outcome: 'LOADED' } });
      const loaded = await report(loadId);
      expect(loaded).toMatchObject({ outcome: 'LOADED', counts: { inserted: 4 } });
      expect(loaded.approvedBy).toMatch(/^arn:aws:/);
      expect(await answered('approve', String(loadId))).toMatchObject({ done: 'already', outcome: 'LOADED' });
    });

    test('ends a held load by decline, with the reason, and refuses a yes behind it', async () => {
      const { put, bucket, execute, report, rows } = world();
      const object = await put(await bucket({ versioned: true }), 'airports/declined.csv', airports(codes('N', 4)));
      const { key, versionId } = object;
      const { output } = await execute({
        bucket: object.bucket,
        key,
        versionId,
        dataset: 'airports',
        approve: 'always',
      });
      const loadId = output?.loadId ?? 0;
      expect(await report(loadId)).toMatchObject({ outcome: 'HELD' });
      const why = ['--reason', 'the wrong month'];
      const said = await answered('decline', String(loadId), ...why);
      const message = expect.stringMatching(/^declined by arn:aws:.*: the wrong month$/);
      expect(said).toMatchObject({ done: 'declined', outcome: 'REJECTED', code: 'DECLINED', message });
      expect(await report(loadId)).toMatchObject({ outcome: 'REJECTED', code: 'DECLINED', message });
      expect(await answered('decline', String(loadId), ...why)).toMatchObject({ done: 'already' });
      const late = await typed('approve', String(loadId), ...stack);
      expect(late).toMatchObject({ code: 1, out: '' });
      expect(late.err).toContain('declined');
      const own = sql`select count(*)::int as n from public.airports where (iata = any(${codes('N', 4)}))`;
      expect(await rows(own)).toEqual([{ n: 0 }]);
    });

    test('takes a load back by undo, stops one by cancel, and goes on with it; its report says so, and the object is loaded again', async () => {
      const { put, bucket, execute, ended, report, rows } = world();
      const put4 = await put(await bucket({ versioned: true }), 'airports/undone.csv', airports(codes('U', 4)));
      const request = {
        bucket: put4.bucket,
        key: put4.key,
        versionId: put4.versionId,
        dataset: 'airports',
        undo: true,
      };
      const { output } = await execute(request);
      const loadId = output?.loadId ?? 0;
      expect((await report(loadId)).counts).toMatchObject({ inserted: 4 });
      await answered('pause', 'public.airports', '--reason', 'a test');
      const begun = await answered<{ executionId: string }>('undo', String(loadId), '--reason', 'the wrong file');
      const undoes = sql`select from landfall.leases where (execution = ${begun.executionId})`;
      await expect.poll(() => rows(undoes), { timeout: 60_000 }).toHaveLength(1);
      expect(await answered('cancel', String(loadId))).toMatchObject({ done: 'stopped', undo: true });
      expect(await ended(begun.executionId)).toMatchObject({ status: 'ABORTED' });
      await expect.poll(() => rows(undoes), { timeout: 60_000 }).toHaveLength(0);
      expect((await report(loadId)).undone).toMatchObject({ at: null, removed: 0, stopped: { code: 'CANCELLED' } });
      await answered('resume', 'public.airports');
      const again = await answered<{ executionId: string; done: string }>('undo', String(loadId));
      expect(again).toMatchObject({ done: 'again' });
      expect(await ended(again.executionId)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await answered('undo', String(loadId), '--kept')).toMatchObject({ removed: 4, kept: 0, rows: [] });
      const by = expect.stringMatching(/^arn:aws:/) as string;
      expect((await report(loadId)).undone).toMatchObject({ removed: 4, by, why: 'the wrong file' });
      expect(await answered('explain', String(loadId))).toMatchObject({
        outcome: 'LOADED',
        undone: { removed: 4, by },
      });
      const refused = await typed('undo', String(loadId), ...stack);
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toContain('an undo is not undone');
      const later = await execute(request);
      expect(later.output).toMatchObject({ outcome: 'LOADED' });
      expect((await report(later.output?.loadId ?? 0)).afterUndo).toMatchObject({ loadId, by });
    });

    test('loads by backfill what no event told of, once', async () => {
      const { put, deployment, loadOf } = world();
      const { key } = await put(deployment.landingBucket, 'lost/early/file.csv', feedRows(301, 2));
      const words = ['backfill', 'lost/early/', '--since', '1h'];
      expect(await answered(...words)).toMatchObject({ started: [{ key, dataset: 'lost' }], left: 0, unclaimed: 0 });
      expect(await loadOf(key)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
      expect(await answered(...words)).toMatchObject({ started: [], left: 0 });
    });

    test('finds by doctor that all is well', async () => {
      const { checks } = await answered<{ checks: readonly { check: string; state: string; said: string }[] }>(
        'doctor',
      );
      expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
      const names = checks.map(({ check }) => check);
      for (const name of ['outputs', 'function operate', 'bucket events', 'dead letters'])
        expect(names).toContain(name);
    });
  });
}

/** A load of which one record is refused. */
async function refusedRows({ put, bucket, execute, rows }: World): Promise<number> {
  const key = 'airports/for the operator.csv';
  const known = sql`select load_id from landfall.loads where (key = ${key}) and (outcome is not null)`;
  const [before] = await rows<{ load_id: number }>(known);
  if (before !== undefined) return before.load_id;
  const file = `${airports(codes('O', 2))}OQ9,Bad,Waco,TX,USA,north,-97.2\n`;
  const { output } = await execute(objectCreated(await put(await bucket({ versioned: true }), key, file), '01'));
  return output?.loadId ?? 0;
}
