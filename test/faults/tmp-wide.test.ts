import { expect, it } from 'vitest';
import { testPipeline } from '../support/pipeline.ts';
it('wide', async () => {
  const pipeline = await testPipeline('create table public.t (id integer primary key, name text, n integer)');
  await pipeline.run("insert into public.t select i, 'x', i from generate_series(0, 500) i");
  const path = await pipeline.file('t.csv', 'id,name,n\n' + Array.from({ length: 3000 }, (_, i) => i % 100 === 3 ? `${i - 1},"a\nb",${i}\n` : i % 100 === 4 ? `${i},a,x\n` : `${i},name ${i},${i}\n`).join(''));
  const times: string[] = []; let last = performance.now(); let state = 'start';
  pipeline.before = ({ event }) => { const now = performance.now(); if (event['state'] !== state) { times.push(`${state} ${Math.round(now - last)}`); last = now; state = String(event['state']); } };
  const report = await pipeline.load(path, { into: 'public.t', businessKey: ['id'], sliceBytes: 10 });
  console.log('WIDE', report.slices, report.batches, JSON.stringify(report.counts), times.join(', '));
  expect(report.slices).toBeGreaterThan(900);
  const empty = await pipeline.file('e.csv', 'id,name,n\n');
  const e = await pipeline.load(empty, { into: 'public.t', businessKey: ['id'] });
  console.log('EMPTY', e.outcome, e.slices, e.batches, JSON.stringify(e.counts));
  await pipeline.end();
}, 600000);
