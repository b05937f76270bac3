import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { seededRandom } from '../../localstack/demo/random.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { Command, struck } from './command.ts';
import { checksum, createOrders, expectLoaded, expectWhole, received, stagedByAttempt, until } from './orders.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();
/** Fewer where few moments are asked for: that is a look, in CI. */
const rows = moments < 5 ? 100_000 : 200_000;
const sliceBytes = 2_000_000;

const kinds = [
  ['', 'orders.csv', (bytes: Buffer) => bytes],
  // two members, the second one begins in the middle of a record
  [' in a packed file', 'orders.csv.gz', (bytes: Buffer) => Buffer.concat(halves(bytes).map((half) => gzipSync(half)))],
] as const;

describe.each(kinds)(`a load of ${rows} records%s that is killed (seed ${seed})`, (_, name, pack) => {
  const random = seededRandom(seed);
  let folder: string;
  let file: string;
  let reference: { checksum: string; counts: LoadReport['counts']; batches: number; slices: number };
  let took: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-kill-'));
    file = join(folder, name);
    await writeOrders(file, {
      rows,
      seed,
      badTypes: 0.01,
      badStructure: 0.001,
      duplicateKeys: 0.05,
      multiline: 0.02,
      shuffle: true,
    });
    await writeFile(file, pack(await readFile(file)));
    const database = await freshDatabase();
    const startedAt = performance.now();
    const { report } = expectLoaded(await load(database.url).ended);
    took = performance.now() - startedAt;
    reference = {
      checksum: await checksum(database.url),
      counts: report.counts,
      batches: report.batches,
      slices: report.slices,
    };
    expect(reference.counts.duplicate).toBeGreaterThan(0);
    expect(reference.counts.rejected).toBeGreaterThan(0);
    await database.drop();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const load = (url: string): Command =>
    new Command(
      [
        'load',
        file,
        '--into',
        'public.orders',
        '--key',
        'id',
        '--database-url',
        url,
        '--json',
        '--slice-bytes',
        `${sliceBytes}`,
      ],
      join(folder, 'home'),
    );

  let hits = 0;
  for (let moment = 1; moment <= moments; moment += 1) {
    const [when, whom] = [random.next(), random.next()];
    const all = moment % 2 === 1;
    it(`${all ? 'as a whole' : 'one worker'}, moment ${moment}, ends as if nothing had happened`, async () => {
      const database = await freshDatabase();
      const command = load(database.url);
      // the reference load's last tenth is left out: this one may be faster
      const { first, isHit } = await struck(command, { afterMs: 300 + when * 0.9 * took, whom, all });
      if (isHit) hits += 1;
      // a killed worker is retried by the state machine; a killed command is typed again
      const last = all ? await load(database.url).ended : first;
      const { report } = expectLoaded(last);
      expect(report.counts).toEqual(reference.counts);
      expect(await checksum(database.url)).toBe(reference.checksum);
      await expectWhole(database.url);
      await database.drop();
    });
  }

  it('was hit by most of these kills, so that they prove something', () => {
    expect(hits).toBeGreaterThanOrEqual(Math.floor(0.8 * moments));
  });

  it('goes on from its receipts: what was staged and merged before the kill is not done again', async () => {
    const database = await freshDatabase();
    const command = load(database.url);
    await until(database.url, async () => (await received(database.url)).staged >= 3);
    command.killAll();
    await command.ended;
    const before = await received(database.url);
    expectLoaded(await load(database.url).ended);
    const staged = await stagedByAttempt(database.url);
    // the first attempt's slices keep their receipts: nothing that had one was staged again
    expect(staged.get(1) ?? 0).toBeGreaterThanOrEqual(before.staged);
    await database.drop();
  });
});

function halves(bytes: Buffer): readonly Buffer[] {
  const middle = Math.floor(bytes.length / 2);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}

async function freshDatabase(): Promise<TestDatabase> {
  const database = await testDatabase();
  await createOrders(database.url);
  return database;
}
