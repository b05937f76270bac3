import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { seededRandom } from '../../localstack/demo/random.ts';
import type { TemporaryServer } from '../../localstack/embedded/server/temporary-server.ts';
import { ledgerOn, ownServer } from '../support/own-server.ts';
import { Command, kill } from './command.ts';
import { allBack, createIndexed, indexesOfT, type Watched, watchIndexes } from './indexed.ts';
import { expectLoaded, query } from './orders.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();
const rows = 8_000;

const victims = ['one worker', 'the command', 'the server'] as const;
const phases = ['the gate', 'the merge and the first build', 'the other builds'] as const;

/** One index is built slowly, another has all that the ledger has to keep of it; the role's own default_tablespace is that of neither. */
describe(`a load that drops its table's indexes, killed in between (seed ${seed})`, () => {
  const random = seededRandom(seed);
  let folder: string;
  let file: string;
  let server: TemporaryServer;
  let before: readonly object[];
  /** Milliseconds that each phase takes where nothing happens. */
  let took: readonly number[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-indexes-'));
    file = join(folder, 't.csv');
    const lines = Array.from({ length: rows }, (_, i) => `${i},${i},name ${i % 100}`);
    await writeFile(file, `id,n,name\n${lines.join('\n')}\n`);
    // what was committed is there after a crash of its processes; only fsync would be for one of the machine
    server = await ownServer({ synchronous_commit: 'on', allow_in_place_tablespaces: 'on' });
    const { run } = await ledgerOn(server);
    await run(sql`create tablespace elsewhere location ''`);
    await run(sql`create tablespace usual location ''`);
    await run(sql`alter role postgres set default_tablespace = 'usual'`);
    await createIndexed(server.url);
    before = await indexesOfT(server.url);
    expect(before).toMatchObject([
      ...[
        { name: 't_all', tablespace: 'elsewhere' },
        { name: 't_n', tablespace: null, indisclustered: true },
      ],
      ...[{ name: 't_pkey' }, { name: 't_slow', tablespace: 'elsewhere' }, { name: 't_usual', tablespace: 'usual' }],
    ]);
    took = await phasesOf(load('no'));
  });
  beforeEach(() => createIndexed(server.url));
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const load = (live: string): Command =>
    new Command(
      [
        ...['load', file, '--into', 'public.t', '--key', 'id', '--indexes', 'rebuild', '--live', live],
        ...['--database-url', server.url, '--json', '--slice-bytes', '100000'],
      ],
      join(folder, 'home'),
    );

  async function phasesOf(command: Command): Promise<readonly number[]> {
    const watched = watchIndexes(server.url);
    const reached: number[] = [];
    for (const phase of [0, 1, 2, 3]) {
      await Promise.race([watched.until((look) => isReached(look, phase)), command.ended]);
      reached.push(performance.now());
    }
    expectLoaded(await command.ended);
    await watched.end();
    expect(await indexesOfT(server.url)).toEqual(before);
    return reached.slice(1).map((at, phase) => at - (reached[phase] ?? 0));
  }

  async function strike(victim: (typeof victims)[number], command: Command, whom: number): Promise<void> {
    if (victim === 'the server') return server.crash();
    if (victim === 'the command') return command.killAll();
    const workers = command.workers();
    const worker = workers[Math.floor(whom * workers.length)];
    if (worker !== undefined) kill(worker);
  }

  let hits = 0;
  for (let moment = 1; moment <= moments; moment += 1) {
    const victim = victims[moment % victims.length] ?? 'the server';
    const phase = random.below(phases.length);
    const [share, whom, live] = [random.next(), random.next(), random.next() < 0.4 ? 'yes' : 'no'];
    it(`${victim} in ${phases[phase]}, --live ${live}, moment ${moment}: all are back as they were`, async () => {
      const watched = watchIndexes(server.url);
      const command = load(live);
      await Promise.race([watched.until((look) => isReached(look, phase)), command.ended]);
      await sleep(share * (took[phase] ?? 0));
      if (!allBack(watched.last())) hits += 1;
      await strike(victim, command, whom);
      const first = await command.ended;
      expectLoaded(victim === 'one worker' || first.code === 0 ? first : await load(live).ended);
      const { unlisted, missing } = await watched.end();
      expect(unlisted).toEqual([]);
      // beside others each is dropped by itself, and those that a kill came before stay
      expect(missing).toEqual(live === 'no' ? ['t_all', 't_n', 't_slow', 't_usual'] : expect.any(Array));
      expect(await indexesOfT(server.url)).toEqual(before);
      expect(await query(server.url, 'select index_name from landfall.indexes where rebuilt_at is null')).toEqual([]);
      expect(await query(server.url, 'select count(*)::integer as rows from public.t')).toEqual([{ rows }]);
      expect(await query(server.url, 'select target from landfall.leases')).toEqual([]);
    });
  }

  it('was hit before all were back by most of these, so that they prove something', () => {
    expect(hits).toBeGreaterThanOrEqual(Math.floor(0.7 * moments));
  });
});

/** Of phase 3: all are back. */
function isReached(look: Watched, phase: number): boolean {
  if (phase === 0) return look.staged > 0;
  if (phase === 1) return look.missing.length > 0;
  if (phase === 2) return look.back > 0;
  return allBack(look);
}
