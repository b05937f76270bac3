import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import type { Feeds } from './feeds.ts';
import { until } from './world/until.ts';
import type { World } from './world/world.ts';

/** What no upload's event tells of. */
export function schedules(world: () => World, feeds: () => Feeds): void {
  describe('a schedule', () => {
    test('loads what lies under its prefix and no load knows, once', async () => {
      const { loadOf, rows } = world();
      const { key, versionId } = feeds().nightly;
      expect(await loadOf(key)).toMatchObject({
        dataset: 'nightly',
        outcome: 'LOADED',
        object: { versionId },
        counts: { inserted: 4 },
      });
      // it has fired every minute since
      expect(await rows(sql`select count(*)::int as n from landfall.loads where (dataset = 'nightly')`)).toEqual([
        { n: 1 },
      ]);
    });

    test('brings a file from an address, with a login, and leaves one alone that did not change', async (context) => {
      const { rows, loadOf, s3, deployment } = world();
      const { server } = feeds();
      if (server === null) return context.skip('a known difference: functions in containers do not reach this machine');
      const [object] = await until('the fetched file is claimed', 150_000, async () => {
        const found = await rows<{ key: string }>(sql`select key from landfall.loads where (dataset = 'fetched')`);
        return found.length === 0 ? null : found;
      });
      expect(object?.key).toMatch(/^fetched\/feed-\d{4}-\d\d-\d\dT\d{6}\.csv$/);
      expect(await loadOf(object?.key ?? '')).toMatchObject({ outcome: 'LOADED', counts: { inserted: 7 } });
      await until('the schedule asks again', 150_000, () =>
        Promise.resolve(server.asked.some(({ headers }) => headers['if-none-match'] !== undefined) ? true : null),
      );
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: deployment.landingBucket, Prefix: 'fetched/' }),
      );
      expect(Contents.map(({ Key }) => Key)).toEqual([object?.key]);
    });
  });

  test('sweep loads a file whose event was lost, once it is five minutes old', async () => {
    const { invoke, rows, loadOf } = world();
    const { key } = feeds().lost;
    const claimed = (): Promise<unknown[]> => rows(sql`select load_id from landfall.loads where (key = ${key})`);
    await until('sweep finds it', 360_000, async () => {
      const swept = await invoke('Sweep', { dataset: null, scheduledTime: new Date().toISOString() });
      expect(swept).toMatchObject({ listedAll: true });
      return (await claimed()).length === 0 ? null : true;
    });
    expect(await loadOf(key)).toMatchObject({ dataset: 'lost', outcome: 'LOADED', counts: { inserted: 3 } });
  }, 420_000);
}
