import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { TargetKind } from './target-kinds.ts';
import { type Pipeline, testPipeline } from './pipeline.ts';
import { undoLoad } from './undone.ts';

/** Tests of kinds of targets, each with a file and the same file again, one record of it changed, which is undone at the end. */
export function testTargets(targetKinds: readonly TargetKind[]): void {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline('select 1', { waits: 0.01 });
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

  const rowsOf = async ({ table = 't' }: TargetKind, schema: string): Promise<readonly string[]> => {
    const rows = sql`select t::text as row from ${trustedSql(`${schema}.${table}`)} as t order by 1`;
    return (await pipeline.rows<{ row: string }>(rows)).map(({ row }) => row);
  };

  it.each(targetKinds.map((kind, i) => ({ ...kind, schema: `c${i}` })))('that is $name', async (kind) => {
    const { schema, make, records = ['1,1'], changed = '', rejects = [], refused, left } = kind;
    for (const statement of kind.before ?? []) await pipeline.run(statement);
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
    const counted = { records: records.length, inserted: stored, rejected };
    expect(first).toMatchObject({ outcome: stored === 0 ? 'REJECTED' : 'LOADED', counts: counted });
    if (stored === 0) {
      expect(await rowsOf(kind, schema)).toEqual([]);
      return;
    }
    const again = [changed, ...records.slice(1)];
    const foretold = kind.foretold ? await load(kind, schema, again, { dryRun: true }) : null;
    const before = await rowsOf(kind, schema);
    const second = await load(kind, schema, again, { undo: true });
    expect(foretold?.counts ?? second.counts).toEqual(second.counts);
    const counts = { rejected, updated: 1, unchanged: stored - 1 };
    expect(second).toMatchObject({ outcome: 'LOADED', counts: kind.second ?? counts });
    if (kind.said) expect(second).toMatchObject(kind.said);
    const after = await rowsOf(kind, schema);
    if (left !== undefined) expect(after).toEqual(left);
    const undone = await undoLoad(pipeline, second.loadId);
    expect(undone).toMatchObject({ kept: 0 });
    if (kind.undone === undefined) expect(await rowsOf(kind, schema)).toEqual(before);
  });
}
