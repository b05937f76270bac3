import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../functions/core/sql.ts';
import { count } from '../../functions/words/quantities.ts';
import { many } from '../../functions/db/client.ts';
import { readRejects as readAllRejects } from '../../functions/ledger/rejects/rejects-reading.ts';
import type { OperateDeps } from '../../functions/operate/deps.ts';
import { readRejects } from '../../functions/operate/rejects.ts';
import { summary } from '../../functions/words/summary.ts';
import { rejects as rejectsVerb } from '../../functions/operate/verbs/rejects.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// A file of 4 MB in which every cell is bad made a rejects file of 151 MB. What is kept of a bad record has a bound, and
// what is counted has none.

const columns = Array.from({ length: 201 }, (_, i) => `c${i}`);
const header = `id,${columns.join(',')}`;
const record = (id: number | string, cell: string): string => `${id},${columns.map(() => cell).join(',')}`;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(`
    create table public.wide (id integer primary key, ${columns.map((name) => `${name} smallint`).join(', ')});
    alter table public.wide add constraint low check (c0 < 5), add constraint pair check (c1 <> c2 or c1 = 1)`);
});
afterAll(() => pipeline.end());

test('a record with hundreds of faults keeps twenty in words and names the others; all are counted', async () => {
  const lines = [
    header,
    ...Array.from({ length: 50 }, (_, i) => record(i, 'x'.repeat(200))),
    ...Array.from({ length: 50 }, (_, i) => record(i + 50, i % 2 === 0 ? '99999' : '1')),
    record('nobody', '1'),
  ];
  const file = await pipeline.file('wide.csv', lines.join('\n'));
  const report = await pipeline.load(file, { into: 'public.wide', businessKey: ['id'] });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 101, rejected: 76, inserted: 25 } });
  const counted = new Map(report.rejectsByCode.map(({ code, column, rejects }) => [`${code} ${column}`, rejects]));
  expect(columns.filter((name) => counted.get(`INVALID_INTEGER ${name}`) !== 50)).toEqual([]);
  expect(columns.filter((name) => counted.get(`INTEGER_RANGE ${name}`) !== 25)).toEqual([]);
  expect(counted.get('INVALID_INTEGER id')).toBe(1);
  expect([...counted.keys()].length).toBe(403);
  const [first] = await pipeline.rows<{ reasons: { code: string; message: string; more?: object }[]; raw: Buffer }>(
    sql`select reasons, raw from landfall.rejects where (record_no = 1)`,
  );
  expect(first?.raw.toString().trimEnd()).toBe(lines[1]);
  expect(first?.reasons.length).toBe(21);
  expect(first?.reasons.at(-1)).toEqual({
    code: 'MORE_REASONS',
    column: null,
    value: null,
    message: 'and 181 more: INVALID_INTEGER (181)',
    more: { INVALID_INTEGER: columns.slice(20) },
  });
  expect(first?.reasons.filter(({ message }) => message.length > 300)).toEqual([]);
  const text = await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8');
  expect(text).toContain('and 181 more: INVALID_INTEGER (181)');
  expect(text).not.toContain('MORE_REASONS');
  // the record itself is there once, and its reasons take a few kilobytes
  const own = lines
    .slice(1)
    .filter((line) => !line.endsWith(',1'))
    .join('').length;
  expect(text.length).toBeLessThan(own + 76 * 4_500);
});

test('a reason that is only named is found by its code', async () => {
  const found = await pipeline.connect((db) =>
    readRejects(db, { loadId: 1, kind: 'reject', code: 'INTEGER_RANGE', column: 'c200', most: 100 }),
  );
  expect(found.length).toBe(25);
  const none = await pipeline.connect((db) =>
    readRejects(db, { loadId: 1, kind: 'reject', code: 'INTEGER_RANGE', column: 'id', most: 100 }),
  );
  expect(none).toEqual([]);
});

test('what a trigger says is kept as words, not as a second copy of the cell', async () => {
  await pipeline.run(`
    create table public.loud (id integer primary key, v text);
    create function public.shout() returns trigger language plpgsql as $$
      begin if new.id = 1 then raise exception 'not %', new.v; end if; return new; end $$;
    create trigger shout before insert on public.loud for each row execute function public.shout()`);
  const file = await pipeline.file('loud.csv', `id,v\n1,${'y'.repeat(50_000)}\n2,z\n`);
  const report = await pipeline.load(file, { into: 'public.loud', businessKey: ['id'] });
  expect(report.counts).toMatchObject({ rejected: 1, inserted: 1 });
  const [reject] = await pipeline.rows<{ bytes: number }>(
    sql`select max(octet_length(reasons::text)) as bytes from landfall.rejects where (load_id = ${report.loadId})`,
  );
  expect(reject?.bytes).toBeLessThan(1_000);
});

test('rejects beyond the limit end the judging where no further record can change that', {
  timeout: 90_000,
}, async () => {
  await pipeline.run('create table public.long (id integer primary key, n integer)');
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i},${i % 2 === 0 ? 'bad' : i}`);
  const file = await pipeline.file('long.csv', ['id,n', ...lines].join('\n'));
  const judged: number[] = [];
  pipeline.before = ({ event }) => {
    if (event['state'] === 'ValidateSlice') judged.push(Number(event['slice']));
  };
  const load = (limits: object): ReturnType<Pipeline['load']> =>
    pipeline.load(file, { into: 'public.long', businessKey: ['id'], limits: { sliceBytes: 4_000, ...limits } });
  for (const limits of [{ maxRejects: 10 }, { maxRejectShare: 0.001 }]) {
    judged.length = 0;
    const report = await load(limits);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_REJECTS', counts: { records: 20_000 } });
    expect(report.slices).toBeGreaterThan(40);
    expect(judged.length).toBeLessThan(report.slices / 2);
    expect(report.message).toMatch(
      /^at least \d+ .*the counts are those of \d+ of \d+ slices; the target is untouched.*\n {2}INVALID_INTEGER of n, [\d,]+ records: line \d+ \(byte \d+\), line \d+ .* and line \d+ \(byte \d+\)$/u,
    );
    expect(report.counts.rejected).toBeGreaterThan(10);
    expect(report.counts.rejected).toBeLessThan(10_000);
    // what was judged is in the quarantine, and counted by rule
    expect(report.rejectsByCode[0]).toMatchObject({ code: 'INVALID_INTEGER', column: 'n' });
    const text = await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8');
    expect(text.split('\r\n').length - 2).toBeGreaterThanOrEqual(report.counts.rejected);
  }
  judged.length = 0;
  const enough = await load({ maxRejects: 10_000 });
  expect(enough).toMatchObject({ outcome: 'LOADED', counts: { records: 20_000, rejected: 10_000, inserted: 10_000 } });
  expect(judged.length).toBe(enough.slices);
  pipeline.before = null;
});

describe('rejects that the scanner knows of', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? `${i}` : `${i},${i}`));
  const staged: number[] = [];
  let file = '';
  beforeAll(async () => {
    await pipeline.run('create table public.torn (id integer primary key, n integer)');
    file = await pipeline.file('torn.csv', ['id,n', ...lines].join('\n'));
    pipeline.before = ({ event }) => {
      if (event['state'] === 'StageSlice') staged.push((event['item'] as { slice: number }).slice);
    };
  });
  afterAll(() => {
    pipeline.before = null;
  });
  const load = (limits: object): ReturnType<Pipeline['load']> => {
    staged.length = 0;
    return pipeline.load(file, { into: 'public.torn', businessKey: ['id'], limits: { sliceBytes: 2_000, ...limits } });
  };

  test.each([{ maxRejects: 10 }, { maxRejectShare: 0.01 }])(
    'end the staging where no further record can change that, and are kept: %j',
    async (limits) => {
      const report = await load(limits);
      expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TOO_MANY_REJECTS', batches: 0 });
      expect(staged.length).toBeLessThan(report.slices / 2);
      expect(report.message).toMatch(
        /^at least \d+ .*staging stopped there, so the counts are those of the [\d,]+ records up to byte \d+ of \d+ \(\d+ of \d+ slices\), and of faults that no table could take: FIELD_COUNT [\d,]+, the first at line 2 \(byte 5\), line 4 \(byte 11\), line 6 \(byte 17\); the target is untouched; see `landfall rejects \d+`/u,
      );
      const { records, rejected } = report.counts;
      expect(rejected).toBeGreaterThan(10);
      expect(records).toBeLessThan(20_000);
      expect(rejected).toBe(Math.ceil(records / 2));
      expect(report.rejectsByCode).toEqual([{ code: 'FIELD_COUNT', column: null, rejects: rejected }]);
      const kept = await pipeline.rows<{ record_no: number; line: number; raw: Buffer }>(
        sql`select record_no, line, raw from landfall.rejects where (load_id = ${report.loadId}) order by record_no`,
      );
      expect(kept.map(({ record_no: n, line, raw }) => [n, line, raw.toString()])).toEqual(
        Array.from({ length: rejected }, (_, i) => [2 * i + 1, 2 * i + 2, lines[2 * i]]),
      );
      const text = await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8');
      expect(text.split('\r\n').length - 2).toBe(rejected);
    },
  );

  test('end nothing where the rest may still make up for them', async () => {
    const report = await load({ maxRejects: 10_000, maxRejectShare: 0.5 });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 20_000, rejected: 10_000, inserted: 10_000 },
    });
    expect(staged.length).toBeGreaterThanOrEqual(report.slices);
  });

  test('are none behind a wrong guess, which takes quoted lines for records', async () => {
    const quoted = `"${Array.from({ length: 9_000 }, (_, i) => (i % 50 === 0 ? '7,x,y' : '7,x')).join('\n')}"`;
    const text = await pipeline.file('text.csv', `id,v\n1,${quoted}\n2,${quoted}\n3,plain\n`);
    await pipeline.run('create table public.texts (id integer primary key, v text)');
    const report = await pipeline.load(text, {
      into: 'public.texts',
      businessKey: ['id'],
      limits: { sliceBytes: 4_000, maxRejects: 0 },
    });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 3, inserted: 3 } });
  });
});

describe('beyond limits.maxKeptBytes a reject keeps its place, codes and reasons, and not its bytes:', () => {
  const most = 3_000;
  interface Kept {
    readonly bytes: number;
    readonly kept: number;
    readonly all: number;
  }
  const keptOf = async (loadId: number | null): Promise<Kept | undefined> => {
    const [kept] = await pipeline.rows<Kept>(sql`
      select coalesce(sum(octet_length(raw)), 0)::integer as bytes, count(raw)::integer as kept, count(*)::integer as all
      from landfall.rejects where (load_id = ${loadId}) and (jsonb_array_length(reasons) > 0)`);
    return kept;
  };
  /** Torn, no number, and below the CHECK: unsound, raw and typed. */
  const line = (i: number): string => [`${i}`, `${i},no number ${i}`, `${i},-${i}`, `${i},${i}`][i % 4] ?? '';
  const lines = Array.from({ length: 4_000 }, (_, i) => line(i));
  let file = '';
  beforeAll(async () => {
    await pipeline.run('create table public.lean (id integer primary key, n integer check (n >= 0))');
    file = await pipeline.file('lean ones.csv', ['id,n', ...lines].join('\n'));
  });
  const load = (limits: Record<string, unknown>): ReturnType<Pipeline['load']> =>
    pipeline.load(file, { into: 'public.lean', businessKey: ['id'], limits, force: true });

  test('of records of every kind, counted all the same, and what is told reads them', async () => {
    const report = await load({ maxKeptBytes: most });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 4_000, rejected: 3_000, inserted: 1_000 } });
    const { bytes, kept, all } = (await keptOf(report.loadId)) ?? { bytes: 0, kept: 0, all: 0 };
    expect(bytes).toBeLessThanOrEqual(most);
    expect(bytes).toBeGreaterThan(most - 100);
    expect(all).toBe(3_000);
    expect(report.unkept).toEqual({ rejects: all - kept, maxKeptBytes: most });
    expect(report.rejectsByCode.map((counted) => counted.rejects)).toEqual([1_000, 1_000, 1_000]);
    const csv = (await readFile(report.rejectsPath?.replace('file://', '') ?? '', 'utf8'))
      .trim()
      .split('\r\n')
      .slice(1);
    expect(csv.length).toBe(3_000);
    const offset = lines.slice(0, 3_998).reduce((sum, text) => sum + text.length + 1, 'id,n\n'.length);
    expect(csv.at(-1)).toContain(
      `the record is not kept (limits.maxKeptBytes): it is the ${lines[3_998]?.length} bytes from byte ${offset} on, counted from 0`,
    );
    expect(csv.filter((text) => text.includes('not kept')).length).toBe(all - kept);
    const json = JSON.parse(await readFile(report.reportPath?.replace('file://', '') ?? '', 'utf8')) as object;
    expect(json).toMatchObject({ unkept: report.unkept });
    const view = { folder: pipeline.directory, command: (text: string) => `landfall ${text}`, examples: [] };
    expect(summary(report, { ...view, milliseconds: 1 })).toContain(`the bytes of ${count(all - kept)} rejects`);
    const shown = (await pipeline.connect((db) =>
      rejectsVerb.run(
        { loadId: report.loadId, most: 3_000 },
        { db, recordBytes: 10_000_000 } as OperateDeps,
        null,
        'test',
      ),
    )) as { rejects: readonly { recordNo: number; raw: string | null; read?: string }[] };
    const last = shown.rejects.at(-1);
    expect(last).toMatchObject({ recordNo: 3_999, raw: null });
    expect(execFileSync('sh', ['-c', last?.read ?? ''], { encoding: 'utf8' })).toBe(lines[3_998]);
  });

  test('of many slices, which see what those before them keep', async () => {
    const report = await load({ maxKeptBytes: most, sliceBytes: 1_000 });
    const { bytes = 0 } = (await keptOf(report.loadId)) ?? {};
    expect(report.slices).toBeGreaterThan(40);
    expect(report.counts.rejected).toBe(3_000);
    expect(bytes).toBeLessThan(most + 8 * 1_000);
  });

  test('and where it is not reached, nothing is said of it', async () => {
    const report = await load({});
    expect(report).not.toHaveProperty('unkept');
    expect(await keptOf(report.loadId)).toMatchObject({ kept: 3_000, all: 3_000 });
  });

  test('of what the target refuses, and of what a dry run foresees', async () => {
    await pipeline.run(`
      create table public.late (id integer primary key, v text unique);
      create function public.no() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
      create trigger no before insert on public.late for each row when (new.id % 2 = 0) execute function public.no()`);
    const rows = Array.from({ length: 200 }, (_, i) => `${i},${'z'.repeat(100)}${i % 4 === 1 ? 'same' : i}`);
    const late = await pipeline.file('late.csv', ['id,v', ...rows].join('\n'));
    const request = { into: 'public.late', businessKey: ['id'], limits: { maxKeptBytes: most } };
    const dry = await pipeline.load(late, { ...request, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'DRY_RUN', counts: { rejected: 49 } });
    const wet = await pipeline.load(late, request);
    expect(wet).toMatchObject({ outcome: 'LOADED', counts: { rejected: 149, inserted: 51 } });
    for (const report of [dry, wet]) {
      const { bytes, kept, all } = (await keptOf(report.loadId)) ?? { bytes: 0, kept: 0, all: 0 };
      expect(bytes).toBeLessThanOrEqual(most);
      expect(kept).toBeGreaterThan(20);
      expect(report.unkept).toEqual({ rejects: all - kept, maxKeptBytes: most });
    }
  });
});

test('reading many rejects for the report looks at each of them once', async () => {
  const loadId = 1_000_000;
  const most = 30_000;
  await pipeline.run(`
    insert into landfall.rejects (load_id, record_no, line, byte_offset, byte_length, kind, raw, reasons)
    select ${loadId}, i, i, i, 1000, 'reject', convert_to(repeat('y', 1000) || i, 'utf8'), '[]' from generate_series(1, ${most}) as i`);
  await pipeline.connect(async (db) => {
    const blocks = async (): Promise<number> => {
      await many(db, sql`select pg_stat_force_next_flush()`);
      const [seen] = await many<{ blocks: number }>(
        db,
        sql`select heap_blks_hit + heap_blks_read as blocks from pg_statio_user_tables where (relid = 'landfall.rejects'::regclass)`,
      );
      return seen?.blocks ?? 0;
    };
    const before = await blocks();
    let found = 0;
    for await (const page of readAllRejects(db, loadId)) found += page.length;
    expect(found).toBe(most);
    // one of them a record at the very most
    expect((await blocks()) - before).toBeLessThan(most * 1.2);
    // the first of them, as the page shows them, cost no more than those
    const atFirst = await blocks();
    const pages: number[] = [];
    for await (const page of readAllRejects(db, loadId, 2_500)) pages.push(...page.map(({ record_no: no }) => no));
    expect(pages).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
    expect((await blocks()) - atFirst).toBeLessThan(3_000);
  });
});
