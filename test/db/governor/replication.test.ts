import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, type Sql } from '../../../functions/core/sql.ts';
import type { Traffic } from '../../../functions/core/traffic/traffic.ts';
import { withClient } from '../../../functions/db/client.ts';
import type { Check } from '../../../functions/operate/checks/checks.ts';
import { signalChecks } from '../../../functions/operate/checks/signal-checks.ts';
import type { Reading } from '../../../functions/governor/signal.ts';
import { migrate } from '../../../functions/migrate/migrate.ts';
import type { TemporaryServer } from '../../../localstack/embedded/server/temporary-server.ts';
import { loginUrl } from '../../support/database-url.ts';
import { outside } from '../../support/outside.ts';
import { onServer, ownServer, standbyOf } from '../../support/own-server.ts';
import { asked, readingsOf } from '../../support/seen-signals.ts';

let primary: TemporaryServer;
let standby: TemporaryServer | undefined;

beforeAll(async () => {
  primary = await ownServer();
  await onServer(primary, migrate);
  await run(
    primary,
    sql`create table filler (pad text);
      alter table filler alter column pad set storage plain;
      create role sees_little login password 'secret';
      create role reads_stats login password 'secret';
      create role monitors login password 'secret';
      grant pg_read_all_stats to reads_stats;
      grant pg_monitor to monitors;
      grant usage on schema landfall to public;
      grant select on landfall.pauses to public`,
  );
});

afterAll(async () => {
  await standby?.stop();
  await primary.stop();
});

const run = (server: TemporaryServer, statement: Sql): Promise<void> =>
  onServer(server, (db) => outside(db, statement));

const seen = (traffic: Traffic = {}, url = primary.url): Promise<readonly Reading[]> =>
  readingsOf('replication', url, { about: asked(traffic) });

const mebibytes = (count: number): Sql =>
  sql`insert into filler select repeat('x', 8000) from generate_series(1, ${count} * 128)`;

test('a server without standbys has no lag, and a role without rights knows that', async () => {
  expect(await seen()).toEqual([]);
  expect(await seen({}, loginUrl(primary.url, 'sees_little'))).toEqual([]);
});

test('a standby is healthy, and stops the merge while it replays nothing', async () => {
  standby = await standbyOf(primary, 'replica');
  await expect
    .poll(seen)
    .toMatchObject([
      { health: 'normal', figure: expect.stringMatching(/^standby replica is 0 bytes and 0\.0 s behind/) },
    ]);
  expect(await seen()).toMatchObject([{ headroomBytes: 256 * 2 ** 20 }]);

  await run(standby, sql`select pg_wal_replay_pause()`);
  await run(primary, mebibytes(12));
  const limits = { maxLagBytes: 10_000_000 };
  await expect
    .poll(() => seen(limits))
    .toMatchObject([
      {
        health: 'stop',
        headroomBytes: 0,
        figure: expect.stringMatching(/is 1\d(?:\.\d)? MB and .* s behind \(limit 9\.54 MB\)/),
      },
    ]);
  // within limits, from half of them on, and far beyond them
  expect(await seen({ maxLagBytes: 100_000_000 })).toMatchObject([
    { health: 'normal', headroomBytes: expect.closeTo(87_000_000, -7) },
  ]);
  expect(await seen({ maxLagBytes: 20_000_000 })).toMatchObject([{ health: 'slow' }]);
  expect((await seen(limits))[0]).not.toHaveProperty('isCritical');
  expect(await seen({ maxLagBytes: 1_000_000 })).toMatchObject([{ health: 'stop', isCritical: true }]);
});

test('seconds stop it where bytes do not', async () => {
  await expect.poll(() => seen({ maxLagSeconds: 1.5 }), { timeout: 20_000 }).toMatchObject([{ health: 'stop' }]);
  const [reading] = await seen({ maxLagSeconds: 1.5 });
  expect(reading).not.toHaveProperty('headroomBytes');
  expect(reading?.figure).toMatch(/ \(limit 1\.5 s\)$/);
  // whoever declares bytes alone means bytes alone
  expect(await seen({ maxLagBytes: 100_000_000 })).toMatchObject([{ health: 'normal' }]);
  expect((await seen({ maxLagBytes: 100_000_000, maxLagSeconds: 1.5 }))[0]).toMatchObject({
    health: 'stop',
    figure: expect.stringMatching(/ \(limits 95\.\d+ MB, 1\.5 s\)$/),
  });
  expect((await seen())[0]?.figure).toMatch(/ \(limits 256 MB, 10 s\)$/);
});

test('a role that is not shown standbys says so, and pg_read_all_stats is enough', async () => {
  expect(await seen({}, loginUrl(primary.url, 'sees_little'))).toEqual([
    {
      signal: 'replication',
      health: 'unknown',
      figure: '1 standby, of which sees_little is not shown how far it is: grant pg_read_all_stats to "sees_little";',
      grant: 'grant pg_read_all_stats to "sees_little";',
    },
  ]);
  expect(await seen({ maxLagBytes: 10_000_000 }, loginUrl(primary.url, 'reads_stats'))).toMatchObject([
    { health: 'stop' },
  ]);
  expect(await seen({ maxLagBytes: 10_000_000 }, loginUrl(primary.url, 'monitors'))).toMatchObject([
    { health: 'stop' },
  ]);
});

test('doctor tells what the server is short of, and the grant that shows it', async () => {
  const checksAs = (login: string): Promise<readonly Check[]> =>
    withClient({ connectionString: loginUrl(primary.url, login), applicationName: 'test' }, signalChecks);
  expect(await checksAs('sees_little')).toContainEqual({
    ...{ check: 'signal replication', state: 'note', fix: 'grant pg_read_all_stats to "sees_little";' },
    said: expect.stringContaining('unknown: 1 standby, of which sees_little is not shown how far it is'),
  });
  expect(await checksAs('reads_stats')).toContainEqual(
    expect.objectContaining({ check: 'signal replication', said: expect.stringContaining('standby replica is') }),
  );
});

test('it is healthy again where it has caught up', async () => {
  if (standby === undefined) throw new Error('no standby');
  await run(standby, sql`select pg_wal_replay_resume()`);
  await expect
    .poll(() => seen({ maxLagBytes: 1_000_000, maxLagSeconds: 1 }), { timeout: 20_000 })
    .toMatchObject([{ health: 'normal' }]);
});
