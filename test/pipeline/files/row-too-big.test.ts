import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

/** Each value is stored in the row itself, some 20 bytes: all of them are more than a page of 8 kB holds. */
const columns = Array.from({ length: 420 }, (_, i) => `c${i}`);

let pipeline: Pipeline;
beforeAll(async () => {
  const declared = columns.map((name) => `${name} numeric`).join(', ');
  pipeline = await testPipeline(`create table public.t (id integer primary key, ${declared}, check (c1 < 100))`);
});
afterAll(() => pipeline.end());

it('quarantines a record whose row no page holds, with its bytes, and loads the others', {
  timeout: 60_000,
}, async () => {
  const line = (id: string, of: (i: number) => string): string => [id, ...columns.map((_, i) => of(i))].join(',');
  const tooBig = line('2', () => '99.123456789012345678901234567890');
  const lines = [
    line('1', () => ''),
    tooBig,
    line('3', (i) => (i < 9 ? '7' : '')),
    line('x', () => '99.123456789012345678901234567890'),
    line('5', (i) => (i === 1 ? '100' : '99.123456789012345678901234567890')),
    // stored outside of the row: as much text as one likes
    line('6', (i) => (i === 0 ? '9'.repeat(20_000) : '')),
  ];
  const path = await pipeline.file('t.csv', `${['id', ...columns].join(',')}\n${lines.join('\n')}\n`);
  const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'] });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 6, inserted: 3, rejected: 3 } });
  const rejects = await pipeline.rows<{ record_no: number; codes: string[]; raw: string }>(sql`
    select record_no::integer, jsonb_path_query_array(reasons, '$[*].code') as codes, convert_from(raw, 'UTF8') as raw
    from landfall.rejects order by record_no`);
  expect(rejects.map(({ record_no: no, codes }) => [no, codes])).toEqual([
    [2, ['ROW_TOO_BIG']],
    [4, ['INVALID_INTEGER']],
    [5, ['CHECK']],
  ]);
  expect(rejects[0]?.raw).toBe(tooBig);
  const message = await pipeline.rows(
    sql`select reasons -> 0 ->> 'message' as message from landfall.rejects where record_no = 2`,
  );
  expect(message).toMatchObject([
    { message: expect.stringMatching(/^row is too big: size \d+, maximum size 8160; /u) },
  ]);
  expect(await pipeline.rows(sql`select id from public.t order by id`)).toEqual([{ id: 1 }, { id: 3 }, { id: 6 }]);
});
