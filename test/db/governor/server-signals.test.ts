import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { literal, sql, type Sql } from '../../../functions/core/sql.ts';
import { migrate } from '../../../functions/migrate/migrate.ts';
import type { TemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { loginUrl } from '../../support/database-url.ts';
import { outside } from '../../support/outside.ts';
import { onServer, ownServer } from '../../support/own-server.ts';
import { asked, readingsOf, withLooker } from '../../support/seen-signals.ts';

// what the server itself is short of: an archive that takes nothing, a slot that nobody reads, checkpoints that are forced

const MB = 2 ** 20;
let server: TemporaryServer;
let asMonitor: string;
let asNobody: string;

beforeAll(async () => {
  server = await ownServer({
    archive_mode: 'on',
    // fails, like /bin/false, until the file is there
    archive_command: 'test -e archive_is_open',
    max_wal_size: '2GB',
  });
  await onServer(server, migrate);
  await limitSlots('160MB');
  await run(sql`create role monitors login password 'secret';
    create role sees_little login password 'secret';
    grant pg_monitor to monitors;
    grant usage on schema landfall to public;
    grant select on landfall.pauses to public`);
  [asMonitor, asNobody] = [loginUrl(server.url, 'monitors'), loginUrl(server.url, 'sees_little')];
});

afterAll(() => server.stop());

const run = (statement: Sql): Promise<void> => onServer(server, (db) => outside(db, statement));

async function limitSlots(size: string): Promise<void> {
  await run(sql`alter system set max_slot_wal_keep_size = ${literal(size)}`);
  await run(sql`select pg_reload_conf()`);
}

/** Ends so many segments of 16 MB with a record in each. */
async function endSegments(count: number): Promise<void> {
  await onServer(server, async (db) => {
    for (let i = 0; i < count; i += 1) {
      await outside(db, sql`select pg_logical_emit_message(false, 'test', 'x')`);
      await outside(db, sql`select pg_switch_wal()`);
    }
  });
}

test('a slot that nobody reads slows and then stops the merge before it loses its WAL', async () => {
  expect(await readingsOf('slots', asNobody)).toEqual([]);
  await run(sql`select pg_create_physical_replication_slot('away', true)`);
  expect(await readingsOf('slots', asNobody)).toMatchObject([
    {
      health: 'normal',
      figure: expect.stringMatching(
        /^slot away \(inactive\) loses its WAL after 1\d\d MB more \(limit 32 MB, 20 % of max_slot_wal_keep_size\)$/,
      ),
    },
  ]);
  const headroom = async (): Promise<number> => (await readingsOf('slots', asNobody))[0]?.headroomBytes ?? -1;
  const before = await headroom();
  await endSegments(4);
  expect(before - (await headroom())).toBeGreaterThan(3 * 16 * MB);
  await endSegments(4);
  expect(await readingsOf('slots', asNobody)).toMatchObject([{ health: 'slow' }]);
  await endSegments(2);
  expect(await readingsOf('slots', asNobody)).toMatchObject([{ health: 'stop', headroomBytes: 0 }]);
});

test('one that is about to lose it stops the merge, and one that lost it is told and waited for by nobody', async () => {
  await endSegments(3);
  expect(await readingsOf('slots', asNobody)).toEqual([
    {
      ...{ signal: 'slots', health: 'stop', headroomBytes: 0 },
      figure: 'slot away (inactive) loses its WAL at the next checkpoint (max_slot_wal_keep_size)',
    },
  ]);
  await run(sql`checkpoint`);
  expect(await readingsOf('slots', asNobody)).toEqual([
    {
      signal: 'slots',
      health: 'unknown',
      figure: `slot away (inactive) has lost its WAL: select pg_drop_replication_slot('away');`,
    },
  ]);
  await run(sql`select pg_drop_replication_slot('away')`);
});

test('a slot without limit is healthy while somebody reads it, or while it keeps little', async () => {
  await limitSlots('-1');
  await run(sql`select pg_create_physical_replication_slot('unlimited', true)`);
  await expect
    .poll(() => readingsOf('slots', asNobody))
    .toMatchObject([{ health: 'normal', figure: expect.stringMatching(/keeps .* of WAL, and nothing limits it/) }]);
  await run(sql`select pg_drop_replication_slot('unlimited')`);
});

test('WAL that is not archived slows and then stops the merge, whoever looks', async () => {
  // 13 segments were ended before; the archiver fails at the first one
  const waiting = (url: string): Promise<unknown> => readingsOf('archive', url);
  await expect
    .poll(() => waiting(asNobody), { timeout: 20_000 })
    .toMatchObject([
      {
        health: 'normal',
        figure: expect.stringMatching(/^1\d segments of WAL to be archived, and the last try failed \(limit 42\)$/),
      },
    ]);
  await endSegments(15);
  expect(await waiting(asNobody)).toMatchObject([{ health: 'slow' }]);
  expect(await waiting(asMonitor)).toMatchObject([{ health: 'slow' }]);
  await endSegments(18);
  const [byNumber] = await readingsOf('archive', asNobody);
  const [byList] = await readingsOf('archive', asMonitor);
  expect(byNumber).toEqual(byList);
  expect(byList).toMatchObject({ health: 'stop', headroomBytes: 0, figure: expect.stringMatching(/^4\d segments/) });
});

test('it goes on when the archive takes WAL again', async () => {
  await run(sql`copy (select 1) to ${literal(join(server.dataDirectory, 'archive_is_open'))}`);
  await expect
    .poll(() => readingsOf('archive', asNobody), { timeout: 20_000 })
    .toEqual([
      {
        signal: 'archive',
        health: 'normal',
        headroomBytes: 42 * 16 * MB,
        figure: '0 segments of WAL to be archived (limit 42)',
      },
    ]);
});

test('where nothing was archived since the statistics began, only who may list the files knows', async () => {
  await run(sql`select pg_stat_reset_shared('archiver')`);
  expect(await readingsOf('archive', asNobody)).toEqual([
    {
      signal: 'archive',
      health: 'unknown',
      figure:
        'nothing was archived since the statistics began, and the role may not list what waits: grant pg_monitor to "sees_little";',
      grant: 'grant pg_monitor to "sees_little";',
    },
  ]);
  expect(await readingsOf('archive', asMonitor)).toMatchObject([{ health: 'normal' }]);
});

test('two checkpoints before their time within half a minute slow the merge', async () => {
  let now = 0;
  await withLooker(
    asNobody,
    () => now,
    async (seen) => {
      const figure = (count: number): object => ({
        figure: `${count} forced within 30 s (limit 1; max_wal_size, checkpoint_warning)`,
      });
      expect(await seen('checkpoints')).toMatchObject([{ health: 'normal', ...figure(0) }]);
      for (const [count, health] of [
        [1, 'normal'],
        [2, 'slow'],
      ] as const) {
        now += 1_000;
        await run(sql`checkpoint`);
        await expect.poll(() => seen('checkpoints')).toMatchObject([{ health, ...figure(count) }]);
      }
      expect(await seen('checkpoints', asked({}, { isLive: false }))).toMatchObject([
        { health: 'normal', ...figure(2) },
      ]);
      now += 40_000;
      expect(await seen('checkpoints')).toMatchObject([{ health: 'normal', ...figure(0) }]);
    },
  );
});
