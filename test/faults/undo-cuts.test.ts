import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { seededRandom } from '../../localstack/demo/random.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { askUndo, type Undone, undoLoad } from '../support/undone.ts';
import { type Cut, type PgProxy, startPgProxy } from './pg-proxy.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();
const request = {
  ...{ into: 'public.t', businessKey: ['id'], undo: true, limits: { batchRows: 20, maxDeletedShare: 1 } },
  ...{ conflict: { rule: 'replace' }, traffic: { atomic: 'no' } },
};

/** A process that is certainly gone: whoever asks for the undo again takes the lease at once. */
const deadOwner = JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'never', host: hostname() });

describe(`one message of an undo to PostgreSQL, at ${moments} moments (seed ${seed})`, () => {
  let proxy: PgProxy;
  let pipeline: Pipeline;
  let path: string;
  let messages: number;
  let whole: { readonly rows: readonly object[]; readonly undone: Undone };

  beforeAll(async () => {
    pipeline = await testPipeline(
      'create table public.t (id integer primary key, name text unique, n integer check (n >= 0))',
      {
        url: (database) => through(proxy, database),
        environment: { LANDFALL_OWNER: deadOwner },
        waits: 0.01,
      },
    );
    const { hostname: host, port } = new URL(pipeline.url);
    proxy = await startPgProxy({ host, port: Number(port) });
    const lines = Array.from({ length: 300 }, (_, i) => `${i},new ${i},${i}`);
    path = await pipeline.file('t.csv', `id,name,n\n${lines.join('\n')}\n`);
    const loadId = await loaded();
    proxy.watch(() => null);
    await undoLoad(pipeline, loadId);
    messages = proxy.messages();
    whole = await wholeOf(loadId);
    expect(whole.undone).toMatchObject({ kept: 3, untouched: 1, keptBy: { changed: 2, deleted: 1 } });
    expect(Math.min(whole.undone.restored, whole.undone.removed, whole.undone.returned)).toBeGreaterThan(40);
  });
  afterAll(async () => {
    await pipeline.end();
    await proxy.close();
  });

  it.for(momentsOf(1))('cut before it went on (at %d): the undo ends as if nothing had happened', (share) =>
    expectSurvivesCut('before the message', share),
  );
  it.for(momentsOf(2))('cut before its reply (at %d): the undo ends as if nothing had happened', (share) =>
    expectSurvivesCut('before the reply', share),
  );
  it.for(momentsOf(3))('and the undo killed with it (at %d): asked for again it goes on', expectSurvivesKill);

  const messageAt = (share: number, of = messages): number => Math.max(1, Math.floor(share * of));

  async function expectSurvivesCut(cut: Cut, share: number): Promise<void> {
    // how many messages an undo takes goes by how fast it is: of one that came to its end before, the cut comes earlier
    for (let least = messages; ; ) {
      const loadId = await loaded();
      const at = messageAt(share, least);
      let fired = false;
      proxy.watch((message) => {
        fired ||= message === at;
        return message === at ? cut : null;
      });
      await undoLoad(pipeline, loadId);
      least = Math.min(least - 1, proxy.messages());
      expect(fired || at > 1).toBe(true);
      expect(await wholeOf(loadId)).toEqual(whole);
      if (fired) return;
    }
  }

  async function expectSurvivesKill(share: number): Promise<void> {
    const loadId = await loaded();
    const at = messageAt(share);
    const reached = new Promise<void>((resolve) => {
      proxy.watch((message) => {
        if (message === at) resolve();
        return message === at ? 'before the reply' : null;
      });
    });
    const started: Execution[] = [];
    await askUndo(pipeline, 'undo', { loadId }, started);
    const [execution] = started;
    if (execution === undefined) throw new Error('no undo was started');
    await Promise.race([reached, execution.result]);
    execution.abort();
    proxy.cutAll();
    await pipeline.idle();
    proxy.watch(() => null);
    const { endedAt } = await askUndo(pipeline, 'undone', { loadId });
    // word of the end comes late, or never: half of the time before it is asked for again
    const input = JSON.stringify({ loadId, attempt: 0 });
    if (at % 2 === 0)
      await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, status: 'ABORTED', input }));
    if (endedAt === null) await undoLoad(pipeline, loadId);
    else await pipeline.run('delete from landfall.leases');
    expect(await wholeOf(loadId)).toEqual(whole);
  }

  /** The load, and what people wrote since, in an empty ledger. */
  async function loaded(): Promise<number> {
    proxy.watch(() => null);
    await pipeline.run(`
      truncate landfall.loads, landfall.objects, landfall.slices, landfall.batches, landfall.rejects, landfall.leases, landfall.waiters, landfall.journal,
        landfall.undos, landfall.undo_kept, landfall.operations restart identity;
      truncate public.t;
      insert into public.t select i, 'old ' || i, i from generate_series(0, 399, 2) as i`);
    const { loadId } = await pipeline.load(path, request);
    await pipeline.run(`
      update public.t set n = 1000 where id in (1, 2); delete from public.t where id in (3, 4)`);
    return loadId ?? 0;
  }

  async function wholeOf(loadId: number): Promise<typeof whole> {
    const { restored, removed, returned, untouched, kept, keptBy } = await askUndo(pipeline, 'undone', { loadId });
    expect(
      await pipeline.rows(sql`select target from landfall.leases union all select 'journal' from landfall.journal`),
    ).toEqual([]);
    return {
      rows: await pipeline.rows(sql`select * from public.t order by id`),
      undone: { restored, removed, returned, untouched, kept, keptBy },
    };
  }
});

/** Moments of one kind as shares of all messages, one in each of as many equal parts. */
function momentsOf(kind: number): readonly number[] {
  const random = seededRandom(seed + kind);
  return Array.from({ length: moments }, (_, i) => Number(((i + random.next()) / moments).toFixed(3)));
}

function through(proxy: PgProxy, database: string): string {
  const url = new URL(database);
  url.host = `127.0.0.1:${proxy.port}`;
  return url.href;
}
