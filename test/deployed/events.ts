import { describe, expect, inject, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { objectCreated } from '../support/object-created.ts';
import { airports, codes } from './world/files.ts';
import { holding, slices } from './world/held.ts';
import type { World } from './world/world.ts';

/** Events come at least once and in any order, and files change while they are read. */
export function events(world: () => World): void {
  describe('events', () => {
    test('of one upload, delivered twice at once and once more, have one effect', async () => {
      const { put, bucket, execute, rows } = world();
      const object = await put(await bucket({ versioned: true }), 'airports/twice.csv', airports(codes('T', 3)));
      const event = objectCreated(object, '01');
      const both = await Promise.all([execute(event), execute(event)]);
      const third = await execute(event);
      expect([...both, third].map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
      const loads = await rows(
        sql`select outcome, inserted::int from landfall.loads where (bucket = ${object.bucket}) order by load_id`,
      );
      expect(loads).toEqual([{ outcome: 'LOADED', inserted: 3 }]);
    });

    test('out of order leave the newest version in the table', async () => {
      const { put, bucket, execute, report, rows } = world();
      const own = await bucket({ versioned: true });
      const older = await put(own, 'airports/order.csv', airports(['OQ1'], 'Older'));
      const newer = await put(own, 'airports/order.csv', airports(['OQ1'], 'Newer'));
      await execute(objectCreated(newer, '0002'));
      const { output } = await execute(objectCreated(older, '0001'));
      expect(await report(output?.loadId ?? 0)).toMatchObject({ outcome: 'SUPERSEDED' });
      expect(await rows(sql`select name from public.airports where (iata = 'OQ1')`)).toEqual([{ name: 'Newer OQ1' }]);
    });
  });

  describe('a file that changes while it is loaded', () => {
    test('is read to its end in the version that was uploaded; the new one follows', async () => {
      const { put, databaseUrl, rows, deployment, loadOfVersion } = world();
      const key = 'airports/changing.csv';
      const [first, second] = await holding(databaseUrl, slices, async ({ waits }) => {
        const older = await put(deployment.landingBucket, key, airports(codes('V', 5), 'First'));
        await waits('PlanSlices');
        return [older, await put(deployment.landingBucket, key, airports(['VQ0', 'VQ9'], 'Second'))];
      });
      expect(await loadOfVersion(first?.versionId ?? '')).toMatchObject({
        outcome: 'LOADED',
        counts: { records: 5, inserted: 5 },
      });
      expect(await loadOfVersion(second?.versionId ?? '')).toMatchObject({
        outcome: 'LOADED',
        counts: { records: 2, inserted: 1, updated: 1 },
      });
      expect(await rows(sql`select name from public.airports where (iata in ('VQ0', 'VQ4')) order by iata`)).toEqual([
        { name: 'Second VQ0' },
        { name: 'First VQ4' },
      ]);
    });

    test('in a bucket without versions is REJECTED where it was replaced before its rows were read', async () => {
      const { put, bucket, start, ended, databaseUrl, report } = world();
      const own = await bucket({ versioned: false });
      const object = await put(own, 'airports/replaced.csv', airports(codes('R', 5)));
      expect(object.versionId).toBeNull();
      const arn = await holding(databaseUrl, slices, async ({ waits }) => {
        const started = await start(objectCreated(object, '01'));
        await waits('PlanSlices');
        await put(own, object.key, airports(codes('R', 9)));
        return started;
      });
      const { output } = await ended(arn);
      expect(await report(output?.loadId ?? 0)).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_CHANGED' });
    });

    test('is REJECTED where it was deleted before its first batch', async () => {
      const { put, bucket, start, ended, remove, databaseUrl, report } = world();
      const object = await put(await bucket({ versioned: true }), 'airports/gone.csv', airports(codes('G', 5)));
      const arn = await holding(databaseUrl, slices, async ({ waits }) => {
        const started = await start(objectCreated(object, '01'));
        await waits('PlanSlices');
        await remove(object);
        return started;
      });
      const { output } = await ended(arn);
      expect(await report(output?.loadId ?? 0)).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_GONE' });
    });

    test('is LOADED where it was deleted after its first batch: its rows are staged', async () => {
      const { put, bucket, start, ended, remove, databaseUrl, report, rows } = world();
      const landed = codes('L', 6);
      const object = await put(await bucket({ versioned: true }), 'airports/late.csv', airports(landed));
      const arn = await holding(databaseUrl, { schema: 'public', name: 'airports' }, async ({ waits }) => {
        const started = await start(objectCreated(object, '01'));
        await waits('MergeLane');
        await remove(object);
        return started;
      });
      const { output } = await ended(arn);
      expect(await report(output?.loadId ?? 0)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 6 } });
      expect(await rows(sql`select count(*)::int as n from public.airports where (iata = any (${landed}))`)).toEqual([
        { n: 6 },
      ]);
    });
  });

  test('this LocalStack orders the uploads of one key', { skip: !inject('behaviour').growingSequencer }, async () => {
    const { put, rows, deployment, loadOfVersion } = world();
    const older = await put(deployment.landingBucket, 'airports/sequence.csv', airports(['SQ1']));
    await loadOfVersion(older.versionId ?? '');
    const newer = await put(deployment.landingBucket, 'airports/sequence.csv', airports(['SQ2']));
    await loadOfVersion(newer.versionId ?? '');
    const loads = await rows<{ version_id: string }>(
      sql`select version_id from landfall.loads where (key = 'airports/sequence.csv') order by sequencer collate "C"`,
    );
    expect(loads.map((load) => load.version_id)).toEqual([older.versionId, newer.versionId]);
  });
}
