import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { testPipeline } from '../../support/pipeline.ts';

const objects = 10_000;
/** Of two records each; the second of this one is a reject. */
const bad = 7_654;

test('10,000 objects are one load: states carry ids, slices are shared, places are those of each object', async () => {
  const pipeline = await testPipeline('create table public.t (id integer primary key, file text not null)');
  try {
    await mkdir(join(pipeline.directory, 'in'));
    const names = Array.from({ length: objects }, (_, i) => `${String(i).padStart(5, '0')}-${'long'.repeat(20)}.csv`);
    for (const [i, name] of names.entries())
      await writeFile(
        join(pipeline.directory, 'in', name),
        `id,file\n${2 * i},f${i}\n${i === bad ? 'none' : 2 * i + 1},f${i}\n`,
      );
    const manifest = await pipeline.file('in/all.json', JSON.stringify(names));
    // the runner refuses what Step Functions does: a state of more than 256 KiB, which the names alone are
    const report = await pipeline.load(manifest, {
      ...{ into: 'public.t', businessKey: ['id'], manifest: true, format: 'csv' },
      lineage: { file: 'object-key' },
      ignore: ['file'],
      limits: { maxRejects: 10 },
    });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      slices: objects / 500,
      counts: { records: 2 * objects, inserted: 2 * objects - 1, rejected: 1 },
    });
    expect(report.objects).toHaveLength(objects);
    expect(report.objects?.[bad]).toMatchObject({ key: join(pipeline.directory, 'in', names[bad] ?? ''), records: 2 });
    const places = await pipeline.rows(
      sql`select record_no::integer, line::integer, byte_offset::integer from landfall.rejects`,
    );
    expect(places).toEqual([{ record_no: 2 * bad + 2, line: 3, byte_offset: `id,file\n${2 * bad},f${bad}\n`.length }]);
    // each row has the key of its own object
    const wrong = await pipeline.rows(
      sql`select id from public.t where pg_catalog.split_part(file, '/in/', 2) not like pg_catalog.lpad((id / 2)::text, 5, '0') || '-%'`,
    );
    expect(wrong).toEqual([]);
  } finally {
    await pipeline.end();
  }
});
