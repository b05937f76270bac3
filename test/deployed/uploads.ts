import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, inject, test } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { packageFolder } from '../../project/own-package.ts';
import { airports, codes, orderRows } from './world/files.ts';
import type { World } from './world/world.ts';

/** An upload, told by S3 and EventBridge alone, becomes rows. */
export function uploads(world: () => World): void {
  describe('an upload', () => {
    test('becomes rows; its report and its rejects lie in the reports bucket', async () => {
      const { put, loadOf, read, rows, deployment } = world();
      const file = await readFile(join(packageFolder, 'node_modules/vega-datasets/data/airports.csv'));
      const object = await put(deployment.landingBucket, 'airports/all.csv', file);
      const report = await loadOf(object.key);
      expect(report).toMatchObject({
        outcome: 'LOADED',
        dataset: 'airports',
        object,
        counts: { duplicate: 0, stale: 0 },
      });
      expect(report.counts.inserted + report.counts.rejected).toBe(report.counts.records);
      const [table] = await rows<{ n: number }>(sql`select count(*) as n from public.airports`);
      expect(table?.n).toBe(report.counts.inserted);
      expect(report.reportPath).toMatch(new RegExp(`^s3://${deployment.reportsBucket}/reports/airports/`));
      const written: unknown = JSON.parse(await read(report.reportPath ?? ''));
      expect(written).toEqual({
        ...report,
        madeBy: expect.any(Object),
        ...(report.counts.rejected > 0 && { mends: expect.any(Array) }),
      });
      const rejects = await read(report.rejectsPath ?? '');
      expect(rejects.trim().split('\r\n').length - 1).toBeGreaterThanOrEqual(report.counts.rejected);
    });

    test('of the same content under another key changes nothing', async () => {
      const { put, loadOf, rows, deployment } = world();
      const content = sql`select count(*) as n, sum(hashtextextended(a::text, 0))::text as hash from public.airports as a`;
      const before = await rows(content);
      const file = await readFile(join(packageFolder, 'node_modules/vega-datasets/data/airports.csv'));
      await put(deployment.landingBucket, 'airports/all again.csv', file);
      expect(await loadOf('airports/all again.csv')).toMatchObject({
        outcome: 'LOADED',
        counts: { inserted: 0, updated: 0 },
      });
      expect(await rows(content)).toEqual(before);
    });

    test.runIf(inject('behaviour').rawKeys)('has a key that is taken as it is, whatever is in it', async () => {
      const { put, loadOf, deployment } = world();
      const names = [`x y+z %2B é '".csv`, 'a&b=c;d,e@f$g!h*(i).csv', '日本語-🙂.csv', '%20%.csv', 'two\nlines.csv'];
      const keys = names.map((name) => `airports/${name}`);
      const body = airports(codes('K', 2));
      const reports: LoadReport[] = [];
      // one after the other: loads into one table wait for each other, and look for their turn now and then only
      for (const key of keys) {
        await put(deployment.landingBucket, key, body);
        reports.push(await loadOf(key));
      }
      expect(reports.map(({ object, outcome }) => ({ key: object.key, outcome }))).toEqual(
        keys.map((key) => ({ key, outcome: 'LOADED' })),
      );
    });

    test('in parts is one object', async () => {
      const { s3, loadOf, rows, deployment } = world();
      const body = orderRows(50_000);
      // S3's smallest part: 5 MiB
      expect(body.length).toBeGreaterThan(5 * 1024 * 1024);
      const params = { Bucket: deployment.landingBucket, Key: 'orders/parts.csv', Body: body };
      const { ETag = '' } = await new Upload({ client: s3, partSize: 5 * 1024 * 1024, params }).done();
      expect(ETag).toMatch(/-2"?$/);
      expect(await loadOf('orders/parts.csv')).toMatchObject({
        outcome: 'LOADED',
        object: { size: body.length },
        counts: { records: 50_000, inserted: 50_000 },
      });
      expect(await rows(sql`select count(*)::int as n from public.orders`)).toEqual([{ n: 50_000 }]);
    });

    test('that lacks a column is REJECTED, with a code and in an execution that succeeded', async () => {
      const { put, loadOf, rows, ended, deployment } = world();
      await put(deployment.landingBucket, 'airports/short.csv', 'iata,name\nZZZ,Nowhere\n');
      const { outcome, code, loadId } = await loadOf('airports/short.csv');
      expect({ outcome, code }).toEqual({ outcome: 'REJECTED', code: 'MISSING_COLUMN' });
      const [load] = await rows<{ execution: string }>(
        sql`select execution from landfall.loads where (load_id = ${loadId})`,
      );
      expect(await ended(load?.execution ?? '')).toMatchObject({ status: 'SUCCEEDED' });
    });
  });
}
