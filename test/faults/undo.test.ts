import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOrders } from '../../localstack/demo/orders.ts';
import { seededRandom } from '../../localstack/demo/random.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import type { Undone } from '../support/undone.ts';
import { Command, type Ended, kill } from './command.ts';
import { checksum, createOrders, expectLoaded, expectWhole, query } from './orders.ts';
import { faultsPlan } from './plan.ts';

const { seed, moments } = faultsPlan();
/** Fewer where few moments are asked for: that is a look, in CI. */
const rows = moments < 5 ? 30_000 : 100_000;
/** Rows that somebody changes, and deletes, between the load and its undo. */
const edited = 200;
const removed = 100;

/**
 * A load under `replace` inserts a half of its rows, updates the others and deletes what the file does not hold, in many transactions; people then write
 * some of the rows, and it is undone. Whatever is killed on the way, the table ends as one to which nothing happened.
 */
describe(`a load of ${rows} records and its undo, killed (seed ${seed})`, () => {
  const random = seededRandom(seed);
  let folder: string;
  let file: string;
  /** The table before any load, and a database with the load in it and what people wrote since: copied for each moment. */
  let before: TestDatabase;
  let loaded: TestDatabase;
  let sums: { readonly before: string; readonly loaded: string; readonly undone: string };
  let reference: Undone;
  let took: number;

  const run = (url: string, ...words: string[]): Command =>
    new Command([...words, '--database-url', url, '--json'], join(folder, 'home'));
  const load = (url: string): Command =>
    run(
      url,
      ...['load', file, '--into', 'public.orders', '--key', 'id', '--undo', '--slice-bytes', '1000000'],
      ...['--conflict', 'replace', '--max-deleted-share', '1', '--atomic', 'no'],
    );
  const undo = (url: string): Command => run(url, 'undo', '1');
  const copied = (of: TestDatabase): Promise<TestDatabase> =>
    testDatabase({ template: new URL(of.url).pathname.slice(1) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-undo-'));
    file = join(folder, 'orders.csv');
    // no reject: where a key cannot be read nothing is deleted
    await writeOrders(file, { rows, seed, duplicateKeys: 0.05, multiline: 0.02, shuffle: true });
    before = await testDatabase();
    await createOrders(before.url);
    await query(
      before.url,
      `insert into public.orders select i, 'account ' || i, null, i, 'EUR', '2020-01-01Z', 'old', null
       from generate_series(${rows / 2}, ${rows + rows / 4}) as i`,
    );
    loaded = await copied(before);
    const startedAt = performance.now();
    const { report } = expectLoaded(await load(loaded.url).ended);
    took = performance.now() - startedAt;
    const sumOfLoaded = await checksum(loaded.url);
    await query(
      loaded.url,
      `update public.orders set status = 'edited' where id in (select id from public.orders order by id limit ${edited / 2})
         or id in (select id from public.orders order by id desc limit ${edited / 2})`,
    );
    await query(
      loaded.url,
      `delete from public.orders where id in (select id from public.orders where status <> 'edited' order by id limit ${removed})`,
    );
    const database = await copied(loaded);
    reference = undoneOf(await undo(database.url).ended);
    sums = { before: await checksum(before.url), loaded: sumOfLoaded, undone: await checksum(database.url) };
    // but for what people wrote it is the table of before
    expect(await query(database.url, `select from public.orders where status = 'edited'`)).toHaveLength(edited);
    const { inserted, updated, deleted } = report.counts;
    expect(Math.min(inserted, updated, deleted)).toBeGreaterThan(rows / 5);
    // the first half of the edited rows were new, and so were those that people deleted: nothing is left to do there
    expect(reference).toMatchObject({
      ...{ removed: inserted - edited / 2 - removed, restored: updated - edited / 2, returned: deleted },
      ...{ kept: edited, keptBy: { changed: edited }, untouched: removed },
    });
    await database.drop();
  });
  afterAll(async () => {
    await loaded.drop();
    await before.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const each = Array.from({ length: moments }, (_, i) => ({ moment: i + 1, all: i % 2 === 0, when: random.next() }));
  let hits = 0;
  let between = 0;

  it.for(each)('a load, moment $moment, is merged and undone as if nothing had happened', async ({ all, when }) => {
    const database = await copied(before);
    const command = load(database.url);
    // the reference load's last tenth is left out: this one may be faster
    await Promise.race([sleep(300 + when * 0.9 * took), command.ended]);
    const first = await killed(command, all);
    expectLoaded(all ? await load(database.url).ended : first);
    expect(await checksum(database.url)).toBe(sums.loaded);
    await expectWhole(database.url);
    expect(undoneOf(await undo(database.url).ended)).toMatchObject({ kept: 0, untouched: 0 });
    expect(await checksum(database.url)).toBe(sums.before);
    await database.drop();
  });

  it.for(each)('an undo, moment $moment, goes on where it was and ends as if nothing had happened', async (moment) => {
    const { all, when } = moment;
    const database = await copied(loaded);
    const { left: total } = await progress(database.url);
    const command = undo(database.url);
    const ended = command.ended.then(() => true);
    while (!(await Promise.race([ended, sleep(5, false)])))
      if ((await progress(database.url)).done >= 0.9 * when * total) break;
    await sleep(100 * ((10 * when) % 1));
    const first = await killed(command, all);
    const then = await progress(database.url);
    // what was undone is in the journal no more, by the transaction that counted it
    expect(then.done + then.left).toBe(total);
    if (then.done > 0 && then.left > 0) between += 1;
    expect(undoneOf(first.code === 0 ? first : await again(database.url))).toEqual(reference);
    expect(await query(database.url, 'select from landfall.undos where (reported_at is not null)')).toHaveLength(1);
    expect(await query(database.url, 'select from landfall.loads where (undone_at is not null)')).toHaveLength(1);
    expect(await progress(database.url)).toEqual({ done: total, left: 0 });
    expect(await checksum(database.url)).toBe(sums.undone);
    expect(await query(database.url, 'select from landfall.leases')).toEqual([]);
    await database.drop();
  });

  it('was hit by most of these kills, and undos in their midst, so that they prove something', () => {
    expect(hits).toBeGreaterThanOrEqual(Math.floor(0.7 * 2 * moments));
    expect(between).toBeGreaterThanOrEqual(Math.floor(0.4 * moments));
  });

  /** Asked again it goes on. Where only the words of its end were killed, it is refused as one that has ended, and says so where it is asked for that. */
  async function again(url: string): Promise<Ended> {
    const ended = await undo(url).ended;
    return ended.code !== 0 && ended.stderr.includes('was undone at')
      ? await run(url, 'undo', '1', '--kept').ended
      : ended;
  }

  /** SIGKILL to the command and its workers, or to one of these: how the command ended, which goes on after the latter. */
  async function killed(command: Command, all: boolean): Promise<Ended> {
    const workers = command.workers();
    const victim = workers[random.below(workers.length)];
    if (all) command.killAll();
    const isHit = !all && victim !== undefined && kill(victim);
    const ended = await command.ended;
    if (isHit || ended.signal === 'SIGKILL') hits += 1;
    return ended;
  }
});

/** Rows of the journal that are undone, as they are counted, and that are left. */
async function progress(url: string): Promise<{ readonly done: number; readonly left: number }> {
  const [row] = await query<{ done: number; left: number }>(
    url,
    `select
       coalesce((select sum(restored + removed + returned + untouched + kept) from landfall.undos), 0)::integer as done,
       coalesce((select sum(rows) from landfall.journal), 0)::integer as left`,
  );
  return row ?? { done: 0, left: 0 };
}

/** The command ended well: what it says, without its rows. */
function undoneOf(ended: Ended): Undone {
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const { restored, removed: gone, returned, untouched, kept, keptBy } = ended.report as unknown as Undone;
  return { restored, removed: gone, returned, untouched, kept, keptBy };
}
