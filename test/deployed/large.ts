import { readFile, rm } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { writeOrders } from '../../localstack/demo/orders.ts';
import type { World } from './world/world.ts';

/** 50 MB, about 130 bytes a record. */
const rowsWanted = 400_000;
const slicesWanted = 20;

/** A file that one function could not read in good time is read by several at once. */
export function large(world: () => World): void {
  test('a file of 50 MB is staged in 20 slices, at least four at once, and balances', async () => {
    const { put, bucket, execute, report, rows, run } = world();
    const folder = await mkdtemp(join(tmpdir(), 'landfall-large-'));
    try {
      const path = join(folder, 'orders.csv');
      const { expected } = await writeOrders(path, {
        rows: rowsWanted,
        seed: 7,
        badTypes: 0.001,
        badStructure: 0.001,
        duplicateKeys: 0.002,
        multiline: 0.05,
      });
      await run('truncate public.orders');
      const object = await put(await bucket({ versioned: true }), 'orders/50MB.csv', await readFile(path));
      expect(object.size).toBeGreaterThan(48_000_000);
      const sliceBytes = Math.ceil(object.size / slicesWanted);
      const { key, versionId } = object;
      const { status, output } = await execute({
        bucket: object.bucket,
        key,
        versionId,
        dataset: 'orders',
        sliceBytes,
      });
      expect(status).toBe('SUCCEEDED');
      const loadId = output?.loadId ?? 0;
      expect(await report(loadId)).toMatchObject({
        outcome: 'LOADED',
        slices: slicesWanted,
        counts: {
          records: rowsWanted,
          rejected: expected.rejected,
          duplicate: expected.duplicate,
          inserted: expected.accepted,
        },
      });
      expect(await rows(sql`select count(*)::int as n from public.orders`)).toEqual([{ n: expected.accepted }]);
      const [at] = await rows<{ once: number }>(mostAtOnce(loadId));
      expect(at?.once).toBeGreaterThanOrEqual(4);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 420_000);
}

/** The most slices whose staging was under way at one moment. */
function mostAtOnce(loadId: number): ReturnType<typeof sql> {
  return sql`
    select max(together)::int as once
    from (
      select count(*) as together
      from landfall.slices as at
      join landfall.slices as other
        on (other.load_id = at.load_id) and (other.started_at <= at.started_at) and (other.staged_at > at.started_at)
      where (at.load_id = ${loadId})
      group by at.slice
    ) as moments`;
}
