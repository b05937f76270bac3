import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeLaneInput } from '../../functions/protocol/states.ts';
import { join, type Sql, sql, trustedSql } from '../../functions/core/sql.ts';
import { comparedColumns } from '../../functions/transform/diff/find-diff.ts';
import { filledColumns } from '../../functions/core/staging.ts';
import { type Db, execute, many, transaction } from '../../functions/db/client.ts';
import { memoryOf } from '../../functions/governor/memory/server-memory.ts';
import { type PlannedLoad, readPlannedLoad } from '../../functions/ledger/loads/load.ts';
import { selectSlices, type SliceRow } from '../../functions/ledger/slices/slices-sql.ts';
import { createClasses, dropClasses, selectClasses } from '../../functions/transform/classify-sql.ts';
import { insertPlainly } from '../../functions/conflict/keyed-sql.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** Fresh staging has no statistics, and the planner has chosen nested loops over millions of rows before. */
describe('the plans of the statements over a whole load', () => {
  let pipeline: Pipeline;
  let classes: PlanNode[];
  let insert: PlanNode[];

  beforeAll(async () => {
    pipeline = await testPipeline(`
      create table public.t (id integer primary key, name text);
      insert into public.t select i, 'name ' || i from generate_series(1, 30000) as i`);
    await pipeline.run('vacuum analyze public.t');
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i + 15_000},name ${i % 7 === 0 ? 'new' : i + 15_000}`);
    lines[5] = '15000,twice';
    const path = await pipeline.file('a.csv', ['id,name', ...lines].join('\n'));
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || classes !== undefined) return;
      await pipeline.connect(async (db) => {
        const load = await readPlannedLoad(db, mergeLaneInput.parse(event));
        const slices = (await many<SliceRow>(db, selectSlices(load.loadId))).map((slice) => ({
          ...slice,
          hasVerdicts: true,
        }));
        classes = await explainClasses(db, load, slices);
        insert = await explainInsert(db, load);
      });
    };
    await pipeline.load(path, { into: 'public.t', businessKey: ['id'], sliceBytes: 100_000 });
  });
  afterAll(() => pipeline.end());

  it('classify by one join that reads the target once, whatever the number of slices', () => {
    expect(classes.filter((node) => node['Relation Name'] === 't')).toHaveLength(1);
    expect(classes.filter((node) => node['Relation Name']?.endsWith('_typed')).length).toBeGreaterThan(3);
    expect(classes.map((node) => node['Node Type'])).toContain('Hash Join');
  });

  it('insert a batch by a hash of its verdicts, not by looking each record up', () => {
    expect(insert.map((node) => node['Node Type'])).not.toContain('Nested Loop');
  });
});

async function explainClasses(
  db: Db,
  load: PlannedLoad,
  slices: readonly (SliceRow & { hasVerdicts: boolean })[],
): Promise<PlanNode[]> {
  const filled = filledColumns(load);
  const wholeLoad = await memoryOf(db, load.contract);
  return await transaction(db, { wholeLoad }, async () => {
    await execute(db, dropClasses(load.loadId));
    return await explain(
      db,
      createClasses(
        load.loadId,
        selectClasses({ contract: load.contract, filled, refuses: true }, load.loadId, {
          slices,
          byDefault: 'new',
          compared: comparedColumns(load),
        }),
      ),
    );
  });
}

async function explainInsert(db: Db, load: PlannedLoad): Promise<PlanNode[]> {
  const range = {
    contract: load.contract,
    filled: filledColumns(load),
    loadId: load.loadId,
    slice: 0,
    defaultDisposition: 'n',
    uniform: null,
    fromRecord: 1,
    toRecord: 100_000,
    lined: false,
  } as const;
  return await transaction(db, {}, async () => {
    await db.query('set local enable_nestloop = off');
    return await explain(db, insertPlainly(range));
  });
}

async function explain(db: Db, statement: Sql): Promise<PlanNode[]> {
  const [row] = await many<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    db,
    join([trustedSql('explain (format json)'), sql`${statement}`], ' '),
  );
  const all = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return row === undefined ? [] : all(row['QUERY PLAN'][0].Plan);
}
