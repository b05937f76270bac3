import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { sql } from '../../functions/core/sql.ts';
import { execute } from '../../functions/db/client.ts';
import { dropStagingOf } from '../../functions/ledger/staging/staging.ts';
import { recordFailure } from '../../functions/recorder/step.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
/** 2 is changed, 3 as it is, 4 new and there twice, 5 a reject. */
const file = 'id,n\n2,20\n3,3\n4,4\n4,40\n5,x\n';

/** Past the gate the ledger has what is said of a load: its staging may go before. */
describe('after the gate', () => {
  let pipeline: Pipeline;
  let path: string;
  beforeEach(async () => {
    pipeline = await testPipeline(
      'create table public.t (id integer primary key, n integer); insert into public.t values (2, 2), (3, 3)',
    );
    path = await pipeline.file('a.csv', file);
  });
  afterEach(() => pipeline.end());

  const dropStagingBefore = (state: string): void => {
    pipeline.before = async ({ event }) => {
      if (event['state'] !== state) return;
      await pipeline.connect((db) => dropStagingOf(db, { loadId: Number(event['loadId']), attempt: null }));
      expect(await stagingTables()).toEqual([]);
    };
  };
  const stagingTables = (): Promise<object[]> =>
    pipeline.rows(sql`
      select relname::text as name from pg_class join pg_namespace n on n.oid = relnamespace
      where (nspname = 'landfall_staging') and (relkind = 'r') and (relname <> 'epochs')`);

  it.each([
    [
      'is loaded',
      {},
      { outcome: 'LOADED', counts: { inserted: 1, updated: 1, unchanged: 1, duplicate: 1, rejected: 1 } },
    ],
    ['is a dry run', { dryRun: true }, { outcome: 'DRY_RUN', counts: { inserted: 1, updated: 1, rejected: 1 } }],
    [
      'is refused',
      { limits: { maxRejects: 0 } },
      { outcome: 'REJECTED', planned: { inserted: 1, updated: 1, unchanged: 1, duplicate: 1, rejected: 1 } },
    ],
  ])(
    'a load that %s has the same report and rejects, whether or not its staging is gone',
    async (_, how, expected) => {
      const kept = await filesOf(await pipeline.load(path, { ...into, ...how }));
      expect(kept.report).toMatchObject(expected);
      await pipeline.connect((db) => execute(db, sql`truncate public.t`));
      await pipeline.connect((db) => execute(db, sql`insert into public.t values (2, 2), (3, 3)`));
      dropStagingBefore('Finish');
      expect(await filesOf(await pipeline.load(path, { ...into, ...how, force: true }))).toEqual(kept);
      expect(kept.rejects).toContain('INVALID_INTEGER');
      // two loads one after the other
    },
    60_000,
  );

  it('a load that is killed between Finish and Report has the same report when the command comes again', async () => {
    const kept = await filesOf(await pipeline.load(path, { ...into, dryRun: true }));
    pipeline.before = ({ event }) => {
      if (event['state'] === 'Report') throw new Error('killed');
    };
    const execution = pipeline.start({ bucket: 'file://', key: path, ...into });
    const result = await execution.result;
    if (result.status !== 'FAILED') throw new Error(`the execution ended ${result.status}`);
    await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
    expect(await stagingTables()).toEqual([]);
    pipeline.before = null;
    const { report, rejects } = await filesOf(await pipeline.load(path, into));
    expect({ counts: report['counts'], rejects }).toEqual({ counts: kept.report['counts'], rejects: kept.rejects });
  });
});

describe('what the gate let through', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, n integer)');
  });
  afterEach(() => pipeline.end());

  it('is told beside what became of it where others wrote meanwhile', async () => {
    const path = await pipeline.file('a.csv', 'id,n\n1,1\n2,2\n');
    let isWritten = false;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || isWritten) return;
      isWritten = true;
      await pipeline.run('insert into public.t values (1, 1)');
    };
    expect(await pipeline.load(path, into)).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 2, inserted: 1, unchanged: 1 },
      planned: { records: 2, inserted: 2, unchanged: 0 },
    });
  });
});

/** Both files, without what names the load and its time. */
async function filesOf(answer: LoadReport): Promise<{ report: Record<string, unknown>; rejects: string }> {
  const { loadId, milliseconds, reportPath, pagePath, rejectsPath, message, governor, ...report } = JSON.parse(
    await readFile(answer.reportPath ?? '', 'utf8'),
  ) as LoadReport;
  return {
    report: {
      ...report,
      governor: governor && { ...governor, batches: governor.batches.map(({ rows }) => rows) },
      message: message?.replaceAll(`rejects ${loadId}`, 'rejects LOAD'),
    },
    rejects: (await readFile(rejectsPath ?? '', 'utf8')).replaceAll(new RegExp(`^${loadId},`, 'gm'), 'LOAD,'),
  };
}
