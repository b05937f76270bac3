import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { formatFiles } from '../../support/format-files.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const table =
  'create table public.t (id integer primary key, name text not null, amount numeric(8,2), seen timestamptz)';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(table);
});
afterAll(() => pipeline.end());

test('the same rows come out of every format and every packing', async () => {
  for (const [i, { name, file, request }] of formatFiles().entries()) {
    const path = await pipeline.file(`${i}.dat`, file);
    const report = await pipeline.load(path, {
      into: 'public.t',
      businessKey: ['id'],
      ...(request as Partial<LoadRequest>),
    });
    expect({ name, outcome: report.outcome, counts: report.counts }).toMatchObject({
      name,
      outcome: 'LOADED',
      counts: { records: 2, rejected: 0, [i === 0 ? 'inserted' : 'unchanged']: 2 },
    });
  }
  const rows = await pipeline.rows(
    sql`select array[id::text, name, amount::text, to_char(seen at time zone 'utc', 'YYYY-MM-DD HH24:MI')] as row from public.t order by id`,
  );
  expect(rows).toStrictEqual([
    { row: ['1000', 'Zoë "Z", first', '12.50', '2024-07-01 10:00'] },
    { row: ['1001', 'two', null, null] },
  ]);
});
