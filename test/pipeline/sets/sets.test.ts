import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { one } from '../../../functions/db/client.ts';
import { readRejects } from '../../../functions/operate/rejects.ts';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };

/** Every row of the file as its own, so that a file that is loaded twice is seen. */
const appended = { into: 'public.log', conflict: { rule: 'append' } };

describe('several objects in one load', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await testPipeline(
      `create table public.t (id integer primary key, name text, amount integer);
       create table public.log (id integer not null, file text)`,
    );
  });
  afterEach(() => pipeline.end());

  const together = (keys: readonly string[], request: Partial<LoadRequest> = into): Promise<LoadReport> =>
    pipeline.load(keys[0] ?? '', { objects: keys.map((key) => ({ key })), ...request });

  const rowsOf = async (): Promise<readonly string[]> =>
    (await pipeline.rows<{ row: string }>(sql`select t::text as row from public.t order by 1`)).map(({ row }) => row);

  it('finds columns by name in each, unpacks, counts lines in each, and lets the last record of a key win', async () => {
    const a = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n2,a,2\n');
    const b = await pipeline.file('b.csv.gz', gzipSync('amount,id,name\n30,3,b\nx,4,b\n20,2,b\n'));
    const c = await pipeline.file('c.csv', 'name,amount,id\nc,,5\nc,y,6\n');
    const report = await together([a, b, c]);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 7, rejected: 2, duplicate: 1, inserted: 4 },
      firstDuplicates: [{ record: 2, line: 3, object: a }],
      objects: [
        { key: a, outcome: 'LOADED', records: 2 },
        { key: b, outcome: 'LOADED', records: 3 },
        { key: c, outcome: 'LOADED', records: 2 },
      ],
    });
    expect(await rowsOf()).toEqual(['(1,a,1)', '(2,b,20)', '(3,b,30)', '(5,c,)']);
    const { loadId } = report;
    const rejects = await pipeline.connect((db) =>
      readRejects(db, { loadId: loadId ?? 0, kind: 'reject', code: null, most: 9 }),
    );
    expect(rejects.map(({ record_no: no, line }) => [no, line])).toEqual([
      [4, 3],
      [7, 3],
    ]);
    const [duplicate] = await pipeline.connect((db) =>
      readRejects(db, { loadId: loadId ?? 0, kind: 'duplicate', code: null, most: 9 }),
    );
    expect(duplicate?.reasons[0]?.message).toBe(
      `the key id=2 is also in record 5, of ${b}, which counts: the last one was kept`,
    );
    const csv = await readFile(
      join(pipeline.directory, 'reports', 'public.t-id', String(loadId), 'rejects.csv'),
      'utf8',
    );
    const cells = csv.split('\n').map((line) => line.trim().split(','));
    expect(cells[0]?.slice(5)).toEqual(['id', 'name', 'amount', 'landfall.whole_record', 'landfall.object']);
    expect(cells[1]?.slice(-5)).toEqual(['4', 'b', 'x', '', b]);
    expect(cells[2]?.slice(-5)).toEqual(['6', 'c', 'y', '', c]);
  });

  it('leaves out what was loaded before, alone or in a set, and knows a set again', async () => {
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map((name, i) => pipeline.file(`${name}.csv`, `id,name,amount\n${i},${name},1\n`)),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error('three files');
    const alone = await pipeline.load(a, into);
    const set = await together([a, b]);
    expect(set.counts).toMatchObject({ records: 1, inserted: 1 });
    expect(set.objects).toMatchObject([{ outcome: 'ALREADY_LOADED', loadedBy: alone.loadId }, { outcome: 'LOADED' }]);
    const states: unknown[] = [];
    pipeline.before = ({ event }) => void states.push(event['state']);
    expect(await together([a, b])).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: set.loadId });
    expect(await pipeline.load(b, into)).toMatchObject({ outcome: 'ALREADY_LOADED', loadId: set.loadId });
    expect(states).toEqual(['Register', 'Register']);
    pipeline.before = null;
    expect((await together([c, b, a])).counts).toMatchObject({ records: 1, inserted: 1 });
    expect((await together([a, b, c], { ...into, force: true })).counts).toMatchObject({ records: 3, unchanged: 3 });
    // another version of a member is another object
    await writeFile(b, 'id,name,amount\n1,new,12\n');
    expect((await together([a, b])).counts).toMatchObject({ records: 1, updated: 1 });
  });

  it('is refused as a whole by one bad member, which it names, and the table is untouched', async () => {
    const a = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n');
    const bad: readonly (readonly [name: string, content: string | Buffer, code: string])[] = [
      ['header.csv', 'id,nome,amount\n2,b,2\n', 'UNKNOWN_COLUMN'],
      ['fewer.csv', 'id,name\n2,b\n', 'OTHER_COLUMNS'],
      ['latin.csv', Buffer.from('id,n\xe4me,amount\n2,b,2\n', 'latin1'), 'HEADER_INVALID_UTF8'],
      ['empty.csv', '', 'HEADER_EMPTY'],
      ['cut.csv.gz', gzipSync(`id,name,amount\n${'2,b,2\n'.repeat(500)}`).subarray(0, 60), 'GZIP_CORRUPT'],
      ['quote.csv', 'id,name,amount\n2,"b,2\n', 'UNTERMINATED_QUOTE'],
    ];
    for (const [name, content, code] of bad) {
      const path = await pipeline.file(name, content);
      const report = await together([a, path]);
      expect(report, name).toMatchObject({ outcome: 'REJECTED', code });
      expect(report.message, name).toContain(path);
    }
    const missing = join(pipeline.directory, 'missing.csv');
    expect(await together([a, missing])).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_GONE' });
    await pipeline.file('c.csv.sha256', `${'0'.repeat(64)}  c.csv\n`);
    const beside = await together([a, await pipeline.file('c.csv', 'id,name,amount\n3,c,3\n')]);
    expect(beside).toMatchObject({ outcome: 'REJECTED', code: 'SET_INVALID' });
    expect(await rowsOf()).toEqual([]);
  });

  it('is refused where a member is replaced while it is loaded', async () => {
    const a = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n');
    const b = await pipeline.file('b.csv', 'id,name,amount\n2,b,2\n');
    pipeline.before = async ({ event }) => {
      if (event['state'] === 'StageSlice') await writeFile(b, 'id,name,amount\n2,other,22\n');
    };
    const report = await together([a, b]);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'OBJECT_CHANGED' });
    expect(report.message).toContain(b);
    expect(await rowsOf()).toEqual([]);
  });

  it("takes a manifest: keys beside it, with sizes that are compared, and Redshift's", async () => {
    const a = await pipeline.file('a.csv', 'id,name,amount\n1,a,1\n');
    await pipeline.file('b.csv', 'id,name,amount\n2,b,2\n');
    const list = (entries: unknown): Promise<string> => pipeline.file('set.json', JSON.stringify(entries));
    const request = { ...into, manifest: true as const };
    const wrong = await pipeline.load(await list([{ key: 'a.csv', size: 22 }, 'b.csv']), request);
    expect(wrong).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    expect(wrong.message).toContain(a);
    expect(await pipeline.load(await list({ of: 'another' }), request)).toMatchObject({ code: 'SET_INVALID' });
    const loaded = await pipeline.load(
      await list({ entries: [{ url: 'a.csv', mandatory: true, meta: { content_length: 21 } }, { url: 'b.csv' }] }),
      request,
    );
    expect(loaded.counts).toMatchObject({ records: 2, inserted: 2 });
    expect(await pipeline.load(await list(['a.csv', 'b.csv']), request)).toMatchObject({ outcome: 'ALREADY_LOADED' });
  });

  it('reads records that name their columns, each of which some member names', async () => {
    const a = await pipeline.file('a.ndjson', '{"id":1,"name":"a"}\n');
    const b = await pipeline.file('b.ndjson.gz', gzipSync('{"id":2,"amount":2}\n{"id":3,"name":"c","amount":3}\n'));
    const report = await together([a, b], { ...into, format: 'ndjson' });
    expect(report.counts).toMatchObject({ records: 3, inserted: 3 });
    expect(await rowsOf()).toEqual(['(1,a,)', '(2,,2)', '(3,c,3)']);
  });

  it('cuts a large member and stages small ones in one call, with any width of slices', async () => {
    const lines = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => `${from + i},"n\n${i}",${i}\n`).join('');
    const large = await pipeline.file('large.csv', `id,name,amount\n${lines(100, 400)}`);
    const small = await Promise.all(
      Array.from({ length: 12 }, (_, i) => pipeline.file(`s${i}.csv`, `amount,name,id\n${i},s,${i}\n`)),
    );
    const report = await together([...small.slice(0, 5), large, ...small.slice(5)], { ...into, sliceBytes: 700 });
    expect(report.counts).toMatchObject({ records: 312, inserted: 312, rejected: 0 });
    expect(report.slices).toBe(9);
    const [{ n }] = (await pipeline.rows<{ n: number }>(
      sql`select count(*)::integer as n from public.t where (name = 's') and (id = amount)`,
    )) as [{ n: number }];
    expect(n).toBe(12);
  });

  it('loads an object that two sets and a load share at the same time once', async () => {
    const files = await Promise.all(
      ['a', 'b', 'c'].map((name, i) => pipeline.file(`${name}.csv`, `id,file\n${i},${name}\n${i},${name}\n`)),
    );
    const [a = '', b = '', c = ''] = files;
    const reports = await Promise.all([
      together([a, b], appended),
      together([b, c], appended),
      pipeline.load(b, appended),
    ]);
    expect(await filesLoaded(pipeline)).toEqual({ a: 2, b: 2, c: 2 });
    const outcomes = reports.map(({ outcome }) => outcome).toSorted();
    expect(outcomes.every((outcome) => ['LOADED', 'ALREADY_LOADED'].includes(outcome))).toBe(true);
  });

  it('shows readers none of it or all, and goes on where it was killed: every object once', async () => {
    const keys = Array.from({ length: 4 }, (_, i) => i);
    const seen = new Set<number>();
    let isOver = false;
    const reading = pipeline.connect(async (db) => {
      while (!isOver) {
        seen.add((await one<{ n: number }>(db, sql`select count(*)::integer as n from public.log`)).n);
        await sleep(1);
      }
    });
    for (const [round, state] of ['AcquireLease', 'StageSlice', 'ValidateSlice', 'MergeLane', 'Finish'].entries()) {
      const rows = 200 + round;
      const paths = await Promise.all(
        keys.map((i) => pipeline.file(`f${i}.csv`, `id,file\n${`${i},f${i}\n`.repeat(rows)}`)),
      );
      pipeline.before = async ({ event }) => {
        if (event['state'] !== state) return;
        if (state !== 'Finish') await pipeline.run('delete from landfall_staging.epochs');
        throw Object.assign(new Error('killed'), { name: 'Killed' });
      };
      const request = { ...appended, bucket: 'file://', key: paths[0], objects: paths.map((key) => ({ key })) };
      await pipeline.execute(request);
      pipeline.before = null;
      await pipeline.run('delete from landfall.leases');
      const report = await together(paths, appended);
      expect(['LOADED', 'ALREADY_LOADED'], state).toContain(report.outcome);
      expect(await filesLoaded(pipeline), state).toEqual({ f0: rows, f1: rows, f2: rows, f3: rows });
      await pipeline.run('truncate public.log');
    }
    isOver = true;
    await reading;
    expect([...seen].toSorted((x, y) => x - y)).toEqual([0, 800, 804, 808, 812, 816]);
  });
});

async function filesLoaded(pipeline: Pipeline): Promise<Readonly<Record<string, number>>> {
  const rows = await pipeline.rows<{ file: string; n: number }>(
    sql`select file, count(*)::integer as n from public.log group by file order by file`,
  );
  return Object.fromEntries(rows.map(({ file, n }) => [file, n]));
}
