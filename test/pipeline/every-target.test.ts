import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustedSql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type TargetKind, targetKinds } from '../support/target-kinds.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

/** Every kind of target, each with a file and the same file again, one record of it changed. */
describe('a target', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline('select 1');
  });
  afterAll(() => pipeline.end());

  const load = async (
    kind: TargetKind,
    schema: string,
    records: readonly string[],
    more: object = {},
  ): Promise<LoadReport> => {
    const { header = 'k,v', table = 't' } = kind;
    const path = await pipeline.file(`${schema}.csv`, `${[header, ...records].join('\n')}\n`);
    const into = `${schema}.${table}`;
    const businessKey = [...(kind.key ?? [header.split(',')[0] ?? ''])];
    return await pipeline.load(path, { into, businessKey, delimiter: ',', quote: '"', ...kind.request, ...more });
  };

  it.each(targetKinds.map((kind, i) => ({ ...kind, schema: `c${i}` })))('that is $name', async (kind) => {
    const { schema, make, table = 't', records = ['1,1'], changed = '', rejects = [], refused, left } = kind;
    await pipeline.run(`create schema ${schema}; set search_path = ${schema}, public; ${make}; reset search_path`);
    const first = await load(kind, schema, records);
    if (refused !== undefined) {
      expect(first).toMatchObject({ outcome: 'REJECTED', code: refused[0] });
      expect(first.message).toContain(refused[1]);
      return;
    }
    const rejected = rejects.length;
    const codes = first.rejectsByCode.flatMap(({ code, rejects: n }) => Array<string>(n).fill(code));
    expect(codes).toEqual(rejects);
    const stored = records.length - rejected;
    expect(first).toMatchObject({ outcome: 'LOADED', counts: { records: records.length, inserted: stored, rejected } });
    const again = [changed, ...records.slice(1)];
    const foretold = kind.foretold ? await load(kind, schema, again, { dryRun: true }) : null;
    const second = await load(kind, schema, again);
    expect(foretold?.counts ?? second.counts).toEqual(second.counts);
    const counts = { rejected, updated: 1, unchanged: stored - 1 };
    expect(second).toMatchObject({ outcome: 'LOADED', counts: kind.second ?? counts });
    if (kind.said) expect(second).toMatchObject(kind.said);
    if (left === undefined) return;
    const rows = await pipeline.rows<{ row: string }>(
      trustedSql(`select t::text as row from ${schema}.${table} as t order by 1`),
    );
    expect(rows.map(({ row }) => row)).toEqual(left);
  });
});
