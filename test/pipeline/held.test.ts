import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineDataset } from '../../functions/compile/declaration/schema.ts';
import { sql } from '../../functions/core/sql.ts';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { datasets } from '../support/sample-datasets.ts';
import type { OperateDeps } from '../../functions/operate/deps.ts';
import { operate } from '../../functions/operate/operate.ts';
import type { Tell } from '../../functions/aws/topic.ts';
import { tellHeld } from '../../functions/sweep/tell-held.ts';
import { operateVerbs } from '../../functions/operate/verbs/all.ts';
import { reportDeclined } from '../../functions/ledger/operations/declined-reports.ts';
import { declineOverdue } from '../../functions/sweep/decline-overdue.ts';
import { dropEndedStaging } from '../../functions/sweep/tidy.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// A load that waits for a person's yes, over the real ledger and the real state machine.

const into = { into: 'public.t', businessKey: ['id'], approve: 'always' };

let pipeline: Pipeline;
let path: string;
beforeEach(async () => {
  pipeline = await testPipeline(
    `create table public.t (id integer primary key, n integer);
     insert into public.t select k, k from generate_series(1, 10) as k`,
    { waits: 0.05 },
  );
  // 1 to 5 change, 6 to 10 stay, 11 and 12 are new, one is a duplicate, one a reject
  const rows = Array.from({ length: 12 }, (_, i) => `${i + 1},${i < 5 ? 100 + i : i + 1}`);
  path = await pipeline.file('a.csv', ['id,n', ...rows, '11,11', '13,x', ''].join('\n'));
});
afterEach(() => pipeline.end());

const wouldBe = { records: 14, rejected: 1, duplicate: 1, inserted: 2, updated: 5, unchanged: 5 };

interface Answer {
  readonly done: string;
  readonly outcome: string;
  readonly approvedBy: string;
}

/** As the command does it on one machine: what the verb starts is loaded after it; answers its report beside the answer. */
async function ask(
  verb: string,
  input: object,
  {
    by = 'ana@laptop',
    why = null,
    known = datasets,
  }: { by?: string; why?: string | null; known?: OperateDeps['datasets'] } = {},
): Promise<Answer & { readonly reports: readonly LoadReport[] }> {
  const requests: LoadRequest[] = [];
  const deps: Omit<OperateDeps, 'db'> = {
    place: 'test',
    ledgerOwner: null,
    executions: {
      start: async (request) => `started ${requests.push(request)}`,
      stop: async () => undefined,
      lookAt: async () => null,
    },
    objects: { bucket: 'file://', sources: null, list: () => nothing() },
    datasets: known,
    ownerIsAlive: () => true,
    now: () => new Date(),
    millisecondsLeft: () => Infinity,
    recordBytes: 1_000_000,
  };
  const answer = await pipeline.connect((db) => operate({ verb, input, by, why }, { db, ...deps }));
  const reports: LoadReport[] = [];
  for (const { key, ...request } of requests) reports.push(await pipeline.load(key, request));
  return { ...(JSON.parse(JSON.stringify(answer)) as Answer), reports };
}

async function* nothing(): AsyncGenerator<never> {}

const target = (): Promise<object[]> => pipeline.rows(sql`select id, n, xmin::text from public.t order by id`);

const stagingTables = async (loadId: number | null): Promise<number> => {
  const found = await pipeline.rows(
    sql`select from pg_catalog.pg_class where (relkind = 'r') and (relname like ${`l${loadId}\\_%`})`,
  );
  return found.length;
};

const leases = (): Promise<object[]> => pipeline.rows(sql`select * from landfall.leases`);

async function held(more: Partial<LoadRequest> = {}): Promise<LoadReport & { loadId: number }> {
  const report = await pipeline.load(path, { ...into, ...more });
  expect(report.outcome).toBe('HELD');
  return { ...report, loadId: report.loadId ?? 0 };
}

describe('a load that waits for a yes', () => {
  it('changes nothing, says what it would do and what to type, keeps its staging and frees its table', async () => {
    const before = await target();
    const report = await held();
    expect(report.counts).toMatchObject(wouldBe);
    expect(report.message).toContain(`\`landfall approve ${report.loadId}\``);
    expect(report.message).toContain('2 rows inserted, 5 updated and 1 rejected');
    expect(report.rejectsByCode).toHaveLength(1);
    expect(report.held).toMatchObject({ codes: [], moved: [] });
    expect(report.reportPath).not.toBeNull();
    expect(await target()).toEqual(before);
    expect(await leases()).toEqual([]);
    expect(await stagingTables(report.loadId)).toBeGreaterThan(0);
  });

  it('is answered again for the same object, without a second load', async () => {
    const report = await held();
    expect(await pipeline.load(path, into)).toEqual(report);
    expect(await pipeline.load(path, { ...into, approve: 'never' })).toEqual(report);
  });

  it('is left alone by a dry run of the same object', async () => {
    const { loadId } = await held();
    expect(await pipeline.load(path, { ...into, dryRun: true })).toMatchObject({ outcome: 'DRY_RUN' });
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'HELD', loadId });
    expect((await ask('approve', { loadId })).reports).toMatchObject([{ outcome: 'LOADED', counts: wouldBe }]);
  });

  it('gives its place to the same object that is loaded with --force, which waits as well', async () => {
    const { loadId } = await held();
    const forced = await held({ force: true });
    expect(forced.loadId).not.toBe(loadId);
    expect((await ask('explain', { loadId })) as object).toMatchObject({ outcome: 'REJECTED', code: 'DECLINED' });
    expect(await stagingTables(loadId)).toBe(0);
    expect((await ask('approve', { loadId: forced.loadId })).reports).toMatchObject([{ outcome: 'LOADED' }]);
  });

  it('holds up no other load of its table, and says that a newer one overtook it', async () => {
    const { loadId } = await held();
    const newer = await pipeline.file('b.csv', 'id,n\n20,20\n');
    expect(await pipeline.load(newer, { ...into, approve: 'never' })).toMatchObject({ outcome: 'LOADED' });
    const [loaded] = (await ask('approve', { loadId })).reports;
    expect(loaded).toMatchObject({ outcome: 'LOADED', overtook: [{ key: newer }] });
  });

  it('is superseded where a newer version of its object was loaded meanwhile', async () => {
    const { loadId } = await held();
    await pipeline.file('a.csv', 'id,n\n1,1000\n');
    expect(await pipeline.load(path, { ...into, approve: 'never' })).toMatchObject({ outcome: 'LOADED' });
    const { reports } = await ask('approve', { loadId });
    expect(reports).toMatchObject([{ outcome: 'SUPERSEDED' }]);
    expect(await target()).toContainEqual(expect.objectContaining({ id: 1, n: 1000 }));
  });
});

describe('a yes', () => {
  it('merges what was held, and the report says who gave it', async () => {
    const { loadId } = await held();
    const { done, reports } = await ask('approve', { loadId });
    expect(done).toBe('started');
    expect(reports).toMatchObject([{ loadId, outcome: 'LOADED', counts: wouldBe, approvedBy: 'ana@laptop' }]);
    expect(reports[0]?.held).toBeUndefined();
    expect((await target()).length).toBe(12);
    expect(await stagingTables(loadId)).toBe(0);
    expect(await pipeline.load(path, into)).toMatchObject({ outcome: 'ALREADY_LOADED', loadId });
  });

  it('stages nothing again', async () => {
    const { loadId } = await held();
    const states: unknown[] = [];
    pipeline.before = ({ event }) => void states.push(event['state']);
    await ask('approve', { loadId });
    expect(states).not.toContain('StageSlice');
    expect(states).toContain('Transform');
  });

  it('given twice does nothing the second time', async () => {
    const { loadId } = await held();
    await ask('approve', { loadId });
    const before = await target();
    const again = await ask('approve', { loadId }, { by: 'ben@laptop' });
    expect(again).toMatchObject({ done: 'already', outcome: 'LOADED', approvedBy: 'ana@laptop', reports: [] });
    expect(await target()).toEqual(before);
  });

  it('given twice at once merges once', async () => {
    const { loadId } = await held();
    const both = await Promise.all([ask('approve', { loadId }), ask('approve', { loadId }, { by: 'ben@laptop' })]);
    const outcomes = both.flatMap(({ reports }) => reports.map(({ outcome }) => outcome));
    expect(outcomes.filter((outcome) => outcome === 'LOADED')).toHaveLength(1);
    expect(outcomes.every((outcome) => ['LOADED', 'ALREADY_LOADED'].includes(outcome))).toBe(true);
    const [row] = await pipeline.rows(sql`select attempt, outcome from landfall.loads where (load_id = ${loadId})`);
    expect(row).toMatchObject({ attempt: 2, outcome: 'LOADED' });
  });

  it('is not used up by a technical failure before the gate', async () => {
    const { loadId } = await held();
    pipeline.before = ({ event }) => {
      if (event['state'] === 'Transform') throw new Error('no Transform today');
    };
    await expect(ask('approve', { loadId })).rejects.toThrow('no Transform today');
    pipeline.before = null;
    await pipeline.run(
      `update landfall.loads set outcome = 'FAILED', code = 'Error', ended_at = now() where load_id = ${loadId}; delete from landfall.leases`,
    );
    expect(await ask('approve', { loadId }, { by: 'ben@laptop' })).toMatchObject({
      done: 'started',
      approvedBy: 'ana@laptop',
      reports: [{ outcome: 'LOADED', approvedBy: 'ana@laptop' }],
    });
  });

  it('goes on by itself where what it began stopped without a word, and by retry too', async () => {
    const { loadId } = await held();
    const stopAt = async (): Promise<void> => {
      pipeline.before = ({ event }) => {
        if (event['state'] === 'Transform') throw new Error('no Transform today');
      };
      await expect(ask('approve', { loadId })).rejects.toThrow('no Transform today');
      pipeline.before = null;
      // as of a command that is dead
      await pipeline.run('delete from landfall.leases');
    };
    await stopAt();
    await stopAt();
    await expect(ask('decline', { loadId }, { why: 'late' })).rejects.toThrow(`landfall cancel ${loadId} ends it`);
    expect((await ask('retry', { loadId })).reports).toMatchObject([{ outcome: 'LOADED', approvedBy: 'ana@laptop' }]);
  });

  it('that nobody acted on may be given again', async () => {
    const { loadId } = await held();
    await pipeline.run(
      `update landfall.loads set approved_by = 'ana@laptop', approved_at = now() where load_id = ${loadId}`,
    );
    expect((await ask('approve', { loadId }, { by: 'ben@laptop' })).reports).toMatchObject([
      { outcome: 'LOADED', approvedBy: 'ben@laptop' },
    ]);
  });

  it('counts for what was said: where more would change it asks again, and where less would it does not', async () => {
    const { loadId } = await held();
    await pipeline.run('update public.t set n = -1 where id in (6, 7)');
    const before = await target();
    const [again] = (await ask('approve', { loadId })).reports;
    expect(again).toMatchObject({ outcome: 'HELD', loadId, held: { moved: ['7 updated where 5 were approved'] } });
    expect(again?.message).toContain('the earlier yes does not count any more (7 updated where 5 were approved)');
    expect(again?.approvedBy).toBeUndefined();
    expect(await target()).toEqual(before);
    await pipeline.run('insert into public.t values (11, 11)');
    expect((await ask('approve', { loadId })).reports).toMatchObject([
      { outcome: 'LOADED', counts: { inserted: 1, updated: 7 } },
    ]);
  });

  it('is asked for again where the table was altered', async () => {
    const { loadId } = await held();
    await pipeline.run('alter table public.t add column note text');
    const [again] = (await ask('approve', { loadId })).reports;
    expect(again).toMatchObject({ outcome: 'HELD', held: { moved: ['the table was altered'] } });
    expect((await ask('approve', { loadId })).reports).toMatchObject([{ outcome: 'LOADED' }]);
  });

  it('needs the object only for the bytes and places of rejects and duplicates', async () => {
    const { loadId } = await held();
    const sound = await pipeline.file('sound.csv', 'id,n\n1,7\n20,20\n');
    const other = await pipeline.load(sound, into);
    await Promise.all([rm(path), rm(sound)]);
    expect((await ask('approve', { loadId: other.loadId })).reports).toMatchObject([
      { outcome: 'LOADED', counts: { inserted: 1, updated: 1 } },
    ]);
    const before = await target();
    expect((await ask('approve', { loadId })).reports).toMatchObject([{ outcome: 'REJECTED', code: 'OBJECT_GONE' }]);
    expect(await target()).toEqual(before);
    await expect(ask('approve', { loadId })).rejects.toThrow('is REJECTED and waits for no yes');
  });

  it('is not recorded where the dataset is not declared any more', async () => {
    const { loadId } = await held();
    await pipeline.run(`update landfall.loads set request = request - 'into' - 'businessKey' || '{"dataset": "gone"}'`);
    await expect(ask('approve', { loadId })).rejects.toThrow(
      `load ${loadId} stays held, and no yes was recorded: its dataset gone is not declared here: declare it again, or ask where it is; landfall decline ${loadId} --reason TEXT ends it`,
    );
    expect(await pipeline.rows(sql`select outcome, approved_by from landfall.loads`)).toEqual([
      { outcome: 'HELD', approved_by: null },
    ]);
  });

  it('is not recorded where a list of the dataset is away, and is once it is back', async () => {
    const list = await pipeline.file('numbers.txt', '1\n');
    const url = pathToFileURL(list).href;
    const checked = defineDataset({
      ...{ name: 'checked', prefix: 'checked/', table: 'public.t', key: ['id'], approve: 'always' },
      columns: { rules: { n: { lookup: { list: url }, severity: 'warn' } } },
    });
    const known = [...datasets, checked];
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(known));
    const { loadId } = await pipeline.load(path, { dataset: 'checked' });
    const away = async (said: string): Promise<void> => {
      const start = `load ${loadId} stays held, and no yes was recorded: the list of "n", ${url}${said}`;
      await expect(ask('approve', { loadId }, { known })).rejects.toThrow(start);
      expect(await pipeline.rows(sql`select outcome, approved_by from landfall.loads`)).toEqual([
        { outcome: 'HELD', approved_by: null },
      ]);
    };
    await rm(list);
    await away(' cannot be read: ');
    await writeFile(list, '\n');
    await away(
      `: it has no value; write one a line. Put it back, and approve again; landfall decline ${loadId} --reason TEXT ends it`,
    );
    await writeFile(list, '1\n');
    expect((await ask('approve', { loadId }, { known })).reports).toMatchObject([
      { outcome: 'LOADED', loadId, counts: wouldBe },
    ]);
  });

  it.each([
    {
      what: 'a list',
      lookup: (list: string) => ({ list }),
      take: rm,
      giveBack: (file: string) => writeFile(file, '1\n'),
      said: /the list of "n", file:\S+numbers\.txt cannot be read: .*; put it back first/u,
    },
    {
      what: 'a table',
      lookup: () => ({ schema: 'public', table: 'known', column: 'n' }),
      take: () => pipeline.run('alter table public.known rename to gone'),
      giveBack: () => pipeline.run('alter table public.gone rename to known'),
      said: /the lookup of "n": there is no table public\.known in this database; put it back first/u,
    },
  ])('is asked for again, and nothing is lost, where $what to look up in goes after it', async (kind) => {
    await pipeline.run('create table public.known (n integer); insert into public.known values (1)');
    const list = await pipeline.file('numbers.txt', '1\n');
    const lookup = kind.lookup(pathToFileURL(list).href);
    const checked = defineDataset({
      ...{ name: 'checked', prefix: 'checked/', table: 'public.t', key: ['id'], approve: 'always' },
      columns: { rules: { n: { lookup: 'list' in lookup ? lookup : 'public.known(n)', severity: 'warn' } } },
    });
    const known = [...datasets, checked];
    await writeFile(join(pipeline.directory, 'datasets.json'), datasetsAsJson(known));
    const { loadId } = await pipeline.load(path, { dataset: 'checked' });
    const before = await target();
    const tables = await stagingTables(loadId);
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'PlanSlices') return;
      pipeline.before = null;
      await kind.take(list);
    };
    const [again] = (await ask('approve', { loadId }, { known })).reports;
    expect(again).toMatchObject({ outcome: 'HELD', loadId, counts: wouldBe });
    expect(again?.held?.moved).toEqual([expect.stringMatching(kind.said)]);
    expect(again?.message).toMatch(kind.said);
    expect(again?.message).toContain(`\`landfall approve ${loadId}\` merges it`);
    expect(again?.approvedBy).toBeUndefined();
    expect(await target()).toEqual(before);
    expect(await leases()).toEqual([]);
    expect(await stagingTables(loadId)).toBe(tables);
    await kind.giveBack(list);
    expect((await ask('approve', { loadId }, { known })).reports).toMatchObject([
      { outcome: 'LOADED', loadId, counts: wouldBe },
    ]);
  });

  it('leaves nothing of what would have become of the records where the load is refused after it', async () => {
    const { loadId } = await held();
    await pipeline.run('alter table public.t drop column n');
    const { reports } = await ask('approve', { loadId });
    expect(reports).toMatchObject([
      {
        outcome: 'REJECTED',
        code: 'UNKNOWN_COLUMN',
        counts: { inserted: 0, updated: 0, unchanged: 0, rejected: 1, duplicate: 1 },
      },
    ]);
  });

  it('stands behind a no that was first: nothing is loaded, the object anew neither', async () => {
    const { loadId } = await held();
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'Register') return;
      pipeline.before = null;
      await ask('decline', { loadId }, { why: 'half of it is missing' });
    };
    const before = await target();
    expect((await ask('approve', { loadId })).reports).toMatchObject([
      { outcome: 'REJECTED', code: 'DECLINED', loadId },
    ]);
    expect(await pipeline.rows(sql`select load_id from landfall.loads`)).toEqual([{ load_id: loadId }]);
    expect(await target()).toEqual(before);
  });

  it('is refused for what waits for none', async () => {
    const loaded = await pipeline.load(path, { ...into, approve: 'never' });
    await expect(ask('approve', { loadId: loaded.loadId })).rejects.toThrow('is LOADED and waits for no yes');
    await expect(ask('approve', { loadId: 99 })).rejects.toThrow('the ledger has no load 99');
  });
});

describe('a no', () => {
  it('ends the load REJECTED with its reason, and drops its staging', async () => {
    const { loadId } = await held();
    const before = await target();
    const declined = await ask('decline', { loadId }, { why: 'not this month' });
    expect(declined).toMatchObject({ done: 'declined', code: 'DECLINED' });
    const [report] = declined.reports;
    const written = JSON.parse(await readFile(report?.reportPath ?? '', 'utf8')) as object;
    for (const each of [report, written])
      expect(each).toMatchObject({
        ...{ loadId, outcome: 'REJECTED', code: 'DECLINED', message: 'declined by ana@laptop: not this month' },
        ...{ counts: { records: 14, rejected: 1, duplicate: 1, inserted: 0, updated: 0 }, planned: wouldBe },
      });
    expect(report?.held).toBeUndefined();
    const explained = (await ask('explain', { loadId })) as object;
    expect(explained).toMatchObject({ outcome: 'REJECTED', message: 'declined by ana@laptop: not this month' });
    expect(await stagingTables(loadId)).toBe(0);
    expect(await ask('decline', { loadId }, { why: 'again' })).toMatchObject({ done: 'already' });
    await expect(ask('approve', { loadId })).rejects.toThrow('was declined (declined by ana@laptop: not this month)');
    expect(await target()).toEqual(before);
  });

  it('needs a reason, and something that waits', async () => {
    const { loadId } = await held();
    await expect(ask('decline', { loadId })).rejects.toThrow('--reason TEXT');
    await ask('approve', { loadId });
    await expect(ask('decline', { loadId }, { why: 'too late' })).rejects.toThrow(
      `load ${loadId} is LOADED, approved by ana@laptop, not held`,
    );
    await expect(ask('decline', { loadId: 99 }, { why: 'x' })).rejects.toThrow('the ledger has no load 99');
  });

  it('lets the same object be loaded anew', async () => {
    const { loadId } = await held();
    await ask('decline', { loadId }, { why: 'not this month' });
    expect((await held()).loadId).not.toBe(loadId);
  });
});

describe('the time', () => {
  /** What the sweep begins for reports of declined loads. */
  const writtenAnew = async (): Promise<object[]> => {
    const requests: LoadRequest[] = [];
    const start = async (request: LoadRequest): Promise<string> => `started ${requests.push(request)}`;
    await pipeline.connect((db) => reportDeclined(db, { onOneMachine: true, sources: null, start }));
    const reports: LoadReport[] = [];
    for (const { key, ...request } of requests) reports.push(await pipeline.load(key, request));
    return reports.map(({ loadId, outcome }) => ({ loadId, outcome }));
  };
  const later = (days: number): Promise<void> =>
    pipeline.run(
      `update landfall.loads set ended_at = ended_at - interval '${days} days', held_until = held_until - interval '${days} days'`,
    );

  it('declines what nobody answered within heldDays, and writes that down as by the sweep', async () => {
    const { loadId } = await held();
    await later(6);
    expect(await pipeline.connect(declineOverdue)).toEqual([]);
    await later(1);
    expect(await pipeline.connect(declineOverdue)).toEqual([loadId]);
    expect(await writtenAnew()).toEqual([{ loadId, outcome: 'REJECTED' }]);
    expect(await writtenAnew()).toEqual([]);
    expect(await pipeline.connect(declineOverdue)).toEqual([]);
    expect(await ask('explain', { loadId })).toMatchObject({
      outcome: 'REJECTED',
      code: 'DECLINED',
      message: 'declined by the sweep: nobody approved it within 7 days',
      operations: [{ verb: 'decline', by: 'sweep', why: 'nobody approved it within 7 days' }],
    });
  });

  it('leaves a yes a day to be acted on', async () => {
    const { loadId } = await held();
    await later(8);
    await pipeline.run(`update landfall.loads set approved_by = 'ana', approved_at = now() where load_id = ${loadId}`);
    expect(await pipeline.connect(declineOverdue)).toEqual([]);
  });

  it('takes the staging of what is held only once it is declined', async () => {
    const { loadId } = await held();
    await later(30);
    expect(await pipeline.connect(dropEndedStaging)).toEqual({ orphanTables: 0, loadsDropped: 0 });
    await pipeline.connect(declineOverdue);
    await pipeline.run(`update landfall.loads set ended_at = ended_at - interval '16 minutes'`);
    expect(await pipeline.connect(dropEndedStaging)).toMatchObject({ loadsDropped: 1 });
    expect(await stagingTables(loadId)).toBe(0);
  });
});

describe('people', () => {
  const told: { subject: string; text: string }[] = [];
  const tellNow = (tell: Tell | null = async (message) => void told.push(message)): Promise<number> =>
    pipeline.connect((db) => tellHeld({ db, tell, stack: 'Land fall' }));
  beforeEach(() => void told.splice(0));

  it('are told once of what waits, with what to type, and again where it asks again', async () => {
    const { loadId } = await held();
    expect(await tellNow(null)).toBe(0);
    await expect(tellNow(() => Promise.reject(new Error('no topic')))).rejects.toThrow('no topic');
    expect(await tellNow()).toBe(1);
    expect(await tellNow()).toBe(0);
    expect(told).toHaveLength(1);
    expect(told[0]?.subject).toBe(`Landfall: load ${loadId} of public.t(id) waits for a yes`);
    expect(told[0]?.text).toContain(
      `A yes means 2 rows inserted, 5 updated and 1 rejected: landfall approve ${loadId} --stack 'Land fall'`,
    );
    expect(told[0]?.text).toContain(`landfall decline ${loadId} --reason TEXT --stack 'Land fall'`);
    await pipeline.run('update public.t set n = -1 where id = 6');
    await ask('approve', { loadId });
    expect(await tellNow()).toBe(1);
    expect(told[1]?.text).toContain('does not count any more: 6 updated where 5 were approved');
    await ask('decline', { loadId }, { why: 'enough' });
    expect(await tellNow()).toBe(0);
  });

  it('are told of many in one message', async () => {
    await held();
    const other = await pipeline.file('b.csv', 'id,n\n20,20\n');
    expect(await pipeline.load(other, into)).toMatchObject({ outcome: 'HELD' });
    expect(await tellNow()).toBe(2);
    expect(told.map(({ subject }) => subject)).toEqual(['Landfall: 2 loads wait for a yes']);
  });
});

describe('over-limit', () => {
  const overLimit = { approve: 'over-limit', limits: { maxRejects: 0 } };

  it('holds what breaks a limit, judged to its end, and nothing else', async () => {
    const report = await held({ ...overLimit, sliceBytes: 20 });
    expect(report).toMatchObject({ code: 'TOO_MANY_REJECTS', counts: wouldBe, held: { codes: ['TOO_MANY_REJECTS'] } });
    expect((await ask('approve', { loadId: report.loadId })).reports).toMatchObject([
      { outcome: 'LOADED', counts: wouldBe },
    ]);
    const sound = await pipeline.file('sound.csv', 'id,n\n1,2\n');
    expect(await pipeline.load(sound, { ...into, ...overLimit })).toMatchObject({ outcome: 'LOADED' });
  });

  it('refuses what nobody can say yes to', async () => {
    const faulty = await pipeline.file('faulty.csv', 'id,n\n1,x\n');
    expect(await pipeline.load(faulty, into)).toMatchObject({ outcome: 'REJECTED', code: 'NOTHING_ACCEPTED' });
  });
});

describe('the other verbs', () => {
  const show = (verb: string, { reports: _loaded, ...answer }: object & { readonly reports?: unknown }): string =>
    operateVerbs
      .find(({ name }) => name === verb)
      ?.show(answer, { folder: pipeline.directory, command: (rest) => `landfall ${rest}` })
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME') ?? '';

  it('show what waits, since when, and what to type, however many loads came after it', async () => {
    const { loadId } = await held();
    await pipeline.run(
      `insert into landfall.loads (dataset, target, bucket, key, version_id, generation, size, request, outcome, ended_at)
       select 'd', 'public.u', 'file://', 'k' || n, 'v', 1, 0, '{}', 'LOADED', now() from generate_series(1, 12) as n`,
    );
    const status = show('status', await ask('status', {}));
    expect(status).toContain(
      'loads that wait for a yes: landfall explain LOAD shows what they would do, landfall approve LOAD merges',
    );
    expect(status).toMatch(new RegExp(`load ${loadId} +public\\.t +since TIME`));
    const list = await ask('list', { outcome: 'HELD' });
    expect(show('list', list)).toContain('HELD waits for a yes: landfall explain LOAD shows for what');
    const explained = show('explain', await ask('explain', { loadId }));
    expect(explained).toContain('  held        since TIME\n');
    expect(explained).toContain(
      `next        landfall approve ${loadId} merges it; landfall decline ${loadId} --reason TEXT ends it`,
    );
    await ask('approve', { loadId });
    expect(show('explain', await ask('explain', { loadId }))).toContain('  approved    by ana@laptop at TIME\n');
  });

  it('name the day on which the sweep declines it where one comes by', async () => {
    const { loadId } = await held();
    await pipeline.run(`update landfall.loads set execution = 'arn:' || execution where load_id = ${loadId}`);
    expect(show('explain', await ask('explain', { loadId }))).toContain(
      'since TIME; without an answer it is declined at TIME\n',
    );
  });

  it('leave a load that is held to approve and decline', async () => {
    const { loadId } = await held();
    await expect(ask('retry', { loadId })).rejects.toThrow(`landfall approve ${loadId} merges it`);
    expect(await ask('cancel', { loadId })).toMatchObject({ done: 'ended', outcome: 'HELD' });
    expect(await ask('release', { loadId })).toMatchObject({ released: false });
    expect(await ask('explain', { loadId })).toMatchObject({ outcome: 'HELD', running: false });
  });
});
