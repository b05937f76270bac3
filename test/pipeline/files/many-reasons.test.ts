import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(
    'create table public.t (id integer primary key, a integer, b date, c numeric(9,2), d boolean)',
  );
});
afterAll(() => pipeline.end());

const program = fileURLToPath(new URL('../../bench/page/report-once.ts', import.meta.url));
const check = fileURLToPath(new URL('../../../cli/check-node.mjs', import.meta.url));

interface Written {
  readonly pageBytes: number;
  readonly csvBytes: number;
  readonly megabytes: number;
  readonly cpuMs: number;
}

/** Writes the report in a process of its own, whose young generation is as small as a worker's. */
async function reportAgain(loadId: number): Promise<Written> {
  await pipeline.run(`update landfall.loads set report_path = null where load_id = ${loadId}`);
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--max-semi-space-size=4', '--import', check, program],
    ...[pipeline.url, String(loadId), join(pipeline.directory, 'again')],
  ]);
  return JSON.parse(stdout) as Written;
}

it('a page of more than a million reasons, each in other words, is small, and its memory does not grow with them', {
  timeout: 300_000,
}, async () => {
  const records = 10_000;
  const lines = Array.from({ length: records }, (_, i) => `${i},#${i},the #${i}th,#${i}\u00a0000;5,no #${i}`);
  const path = await pipeline.file('many.csv', ['id,a,b,c,d', ...lines, ''].join('\n'));
  const { loadId, rejectsByCode } = await pipeline.load(path, {
    into: 'public.t',
    businessKey: ['id'],
    limits: { allowAllRejected: true },
  });
  expect(rejectsByCode.map(({ rejects }) => rejects)).toEqual(Array.from({ length: 4 }, () => records));
  // as a load of so many records leaves them: each cell is another text
  const copy = async (from: number, to: number): Promise<void> =>
    await pipeline.run(`
    insert into landfall.rejects (load_id, record_no, line, byte_offset, byte_length, kind, raw, reasons)
    select load_id, record_no + copy * ${records}, line + copy * ${records}, byte_offset, byte_length, kind,
      convert_to(replace(convert_from(raw, 'UTF8'), '#', '#' || copy || '.'), 'UTF8'),
      replace(reasons::text, '#', '#' || copy || '.')::jsonb
    from landfall.rejects, generate_series(${from}, ${to}) as copy
    where (load_id = ${loadId}) and (record_no <= ${records})`);
  await copy(1, 9);
  const few = await reportAgain(loadId ?? 0);
  await copy(10, 29);
  const many = await reportAgain(loadId ?? 0);
  expect(many.csvBytes).toBeGreaterThan(2.9 * few.csvBytes);
  expect(many.pageBytes).toBeLessThan(300_000);
  expect(many.megabytes).toBeLessThan(few.megabytes + 30);
});
