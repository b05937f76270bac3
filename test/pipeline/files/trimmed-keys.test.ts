import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(
    'create table public.article (no text primary key, name text not null, price numeric(8,2), at timestamptz)',
  );
  await pipeline.run(`insert into public.article values ('A-1', 'Lamp', 4, null)`);
});
afterAll(() => pipeline.end());

it('with trimBlanks a key with blanks around it is the key without them, in the typed and the raw half and across slices', async () => {
  const path = await pipeline.file(
    'articles.csv',
    [
      'no,name,price,at',
      'A-1 ,Lamp ,5,',
      '\u00a0A-2,\u3000Chair,7,2024-01-02',
      'A-2,Chair\u00a0,8,',
      '" A-2\t",Chair, 9 ,',
      'A-3,A  B,1,',
      'A-4,"   ",2,',
      '',
    ].join('\n'),
  );
  const report = await pipeline.load(path, {
    into: 'public.article',
    businessKey: ['no'],
    leniencies: ['trimBlanks'],
    timeZone: 'UTC',
    sliceBytes: 30,
  });
  expect(report).toMatchObject({
    outcome: 'LOADED',
    counts: { records: 6, inserted: 3, updated: 1, duplicate: 2, rejected: 0 },
  });
  expect(await pipeline.rows(sql`select no, name, price::text from public.article order by no`)).toEqual([
    { no: 'A-1', name: 'Lamp', price: '5.00' },
    { no: 'A-2', name: 'Chair', price: '9.00' },
    { no: 'A-3', name: 'A  B', price: '1.00' },
    { no: 'A-4', name: '', price: '2.00' },
  ]);
});
