import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../localstack/demo/random.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { Command, struck } from './command.ts';
import { checksum, createOrders, expectLoaded, expectWhole, query } from './orders.ts';
import { faultsPlan } from './plan.ts';
import { writeOrders } from '../../localstack/demo/orders.ts';

const { seed, moments } = faultsPlan();

/** Small ones share slices, some packed, and two are large enough for several of their own. */
const smallObjects = 60;
const sliceBytes = 1_000_000;
/** Of the set: at most 100,000 rows are written in one transaction, so that readers see none of it or all. */
const rows = { small: 500, large: 30_000 };

describe(`a set of ${smallObjects + 2} objects that is killed (seed ${seed})`, () => {
  const random = seededRandom(seed);
  let folder: string;
  let reference: {
    readonly checksum: string;
    readonly counts: object;
    readonly objects: object;
    readonly rows: number;
  };
  let took: number;

  const load = (url: string): Command =>
    new Command(
      [
        ...['load', join(folder, 'in'), '--together', '--into', 'public.orders', '--key', 'id', '--database-url', url],
        ...['--json', '--slice-bytes', `${sliceBytes}`],
      ],
      join(folder, 'home'),
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-kill-sets-'));
    await mkdir(join(folder, 'in'));
    const write = async (name: string, count: number, of: number): Promise<void> => {
      const file = join(folder, 'in', name);
      await writeOrders(file, {
        ...{ rows: count, seed: seed + of, badTypes: 0.01, badStructure: 0.001, duplicateKeys: 0.05, multiline: 0.02 },
        shuffle: true,
      });
      if (!name.endsWith('.gz')) return;
      await writeFile(file, gzipSync(await readFile(file)));
    };
    // keys are those of all files: one overwrites the other, in the order of their names
    for (let i = 0; i < smallObjects; i += 1)
      await write(`o${String(i).padStart(2, '0')}.csv${i % 3 === 0 && i >= 30 ? '.gz' : ''}`, rows.small, i);
    await write('o30-large.csv', rows.large, 100);
    await write('o31-large.csv', rows.large, 101);
    const database = await freshDatabase();
    const startedAt = performance.now();
    const { report } = expectLoaded(await load(database.url).ended);
    took = performance.now() - startedAt;
    expect(report.slices).toBeLessThan(smallObjects);
    reference = {
      checksum: await checksum(database.url),
      counts: report.counts,
      objects: outcomes(report),
      rows: await rowsIn(database.url),
    };
    expect(report.counts).toMatchObject({ records: smallObjects * rows.small + 2 * rows.large });
    await database.drop();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const seen = new Set<number>();
  let hits = 0;
  for (let moment = 1; moment <= moments; moment += 1) {
    const [when, whom] = [random.next(), random.next()];
    const all = moment % 2 === 1;
    it(`${all ? 'as a whole' : 'one worker'}, moment ${moment}, is loaded once, and readers never see a part of it`, async () => {
      const database = await freshDatabase();
      const reader = polling(database.url, seen);
      const command = load(database.url);
      const { first, isHit } = await struck(command, { afterMs: 300 + when * 0.9 * took, whom, all });
      if (isHit) hits += 1;
      const { report } = expectLoaded(all ? await load(database.url).ended : first);
      await reader.end();
      expect(report.counts).toEqual(reference.counts);
      expect(outcomes(report)).toEqual(reference.objects);
      expect(await checksum(database.url)).toBe(reference.checksum);
      await expectWhole(database.url);
      // the same again loads nothing, and no object is in two loads
      const again = expectLoaded(await load(database.url).ended).report;
      expect(again.outcome).toBe('ALREADY_LOADED');
      expect(await checksum(database.url)).toBe(reference.checksum);
      await database.drop();
    });
  }

  it('was seen by readers as a whole or not at all, and was hit by most of these kills', () => {
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, reference.rows]);
    expect(hits).toBeGreaterThanOrEqual(Math.floor(0.8 * moments));
  });

  it('of which two overlapping sets are loaded at once, one of them killed, has each object in one load', async () => {
    const database = await freshDatabase();
    const names = (from: number, to: number): readonly string[] =>
      Array.from({ length: to - from }, (_, i) => join(folder, 'in', `o${String(from + i).padStart(2, '0')}.csv`));
    const some = (files: readonly string[]): Command =>
      new Command(
        [
          ...['load', ...files, '--together', '--into', 'public.orders', '--key', 'id'],
          ...['--database-url', database.url, '--json'],
        ],
        join(folder, 'home'),
      );
    const [one, other] = [some(names(0, 20)), some(names(10, 30))];
    await sleep(300 + random.next() * 0.5 * took);
    one.killAll();
    await Promise.all([one.ended, other.ended]);
    const last = [await some(names(0, 20)).ended, await some(names(10, 30)).ended];
    for (const ended of last) expectLoaded(ended);
    const owned = await query<{ key: string; loads: number }>(
      database.url,
      `select objects.key, count(*)::integer as loads
       from landfall.objects join landfall.loads using (load_id)
       where loads.outcome = 'LOADED' and objects.loaded_by is null group by objects.key order by objects.key`,
    );
    expect(owned).toEqual(names(0, 30).map((key) => ({ key, loads: 1 })));
    await database.drop();
  });
});

interface ReportLike {
  readonly objects?:
    | readonly { readonly key: string; readonly outcome: string; readonly records: number }[]
    | undefined;
}

function outcomes({ objects }: ReportLike): object {
  return (objects ?? []).map(({ key, outcome, records }) => ({ key, outcome, records }));
}

async function rowsIn(url: string): Promise<number> {
  const [row] = await query<{ n: number }>(url, 'select count(*)::integer as n from public.orders');
  return row?.n ?? -1;
}

/** Counts the rows again and again, as somebody who reads the table does. */
function polling(url: string, seen: Set<number>): { readonly end: () => Promise<void> } {
  let isOver = false;
  const reading = (async (): Promise<void> => {
    while (!isOver) {
      seen.add(await rowsIn(url));
      await sleep(5);
    }
    seen.add(await rowsIn(url));
  })();
  return {
    async end() {
      isOver = true;
      await reading;
    },
  };
}

async function freshDatabase(): Promise<TestDatabase> {
  const database = await testDatabase();
  await createOrders(database.url);
  return database;
}
