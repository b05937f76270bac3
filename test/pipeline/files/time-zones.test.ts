import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import { sql, trustedSql } from '../../../functions/core/sql.ts';
import { recordFailure } from '../../../functions/recorder/step.ts';
import { databaseName } from '../../support/database-url.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
/** Of every kind: an offset or none, a fraction or none, a date alone, a blank or a T between them. */
const sound = [
  '2024-06-30 22:30:00',
  '2024-06-30T22:30:00Z',
  '2024-01-15 08:00:00.25',
  '2024-01-15T08:00:00+05:30',
  '2024-07-01',
  '1938-02-03 04:05:06',
  '9999-12-31 23:59:59',
  '2199-07-01 12:00:00',
  '2024-03-31 01:59:59',
  '2024-03-31 03:00:00',
  '2024-10-27 02:30:00+02',
  '2024-10-27 02:30:00+01',
];
const zoneless = sound.filter((cell) => !/(Z|:\d\d[+-]\d\d(:\d\d)?)$/u.test(cell)).length;

describe('moments without an offset', () => {
  let pipeline: Pipeline;
  let database: string;
  beforeAll(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, at timestamptz, until timestamptz)');
    database = databaseName(pipeline.url);
  });
  beforeEach(async () => {
    await pipeline.run(`truncate public.t; alter database "${database}" set timezone = 'Europe/Berlin'`);
  });
  afterAll(() => pipeline.end());

  const fileOf = (name: string, cells: readonly string[]): Promise<string> =>
    pipeline.file(name, `id,at\n${cells.map((cell, i) => `${i},${cell}`).join('\n')}\n`);
  const stored = async (): Promise<string[]> =>
    (
      await pipeline.rows<{ at: string }>(
        sql`select to_char(at at time zone interval '0', 'YYYY-MM-DD HH24:MI:SS.US') as at from public.t order by id`,
      )
    ).map(({ at }) => at);
  /** As PostgreSQL's input reads them in a session of that zone, which is how COPY does. */
  const readIn = async (zone: string, cells: readonly string[]): Promise<string[]> =>
    await pipeline.connect(async (db) => {
      await db.query(`set timezone = '${zone.replaceAll("'", "''")}'`);
      const { rows } = await db.query<{ at: string }>(
        `select to_char(cell::timestamptz at time zone interval '0', 'YYYY-MM-DD HH24:MI:SS.US') as at from unnest($1::text[]) with ordinality as cells (cell, n) order by n`,
        [cells],
      );
      return rows.map(({ at }) => at);
    });
  const reasons = async (report: LoadReport): Promise<string[]> =>
    (
      await pipeline.rows<{ message: string }>(
        sql`select reasons -> 0 ->> 'message' as message from landfall.rejects where (load_id = ${report.loadId}) order by record_no`,
      )
    ).map(({ message }) => message);

  it('are read in the zone that the database has for the role, as COPY does, and the report counts them', async () => {
    const report = await pipeline.load(await fileOf('own.csv', sound), into);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: sound.length, rejected: 0 },
      timeZone: { name: 'Europe/Berlin', cells: zoneless },
    });
    expect(await stored()).toEqual(await readIn('Europe/Berlin', sound));
    const written = JSON.parse(await readFile(report.reportPath ?? '', 'utf8')) as LoadReport;
    expect(written.timeZone).toEqual({ name: 'Europe/Berlin', cells: zoneless });
  });

  it('are read in the zone that was declared, in the typed and the raw half, in whatever slices', async () => {
    const path = await fileOf('declared.csv', sound);
    const report = await pipeline.load(path, { ...into, timeZone: 'america/st_johns', sliceBytes: 40 });
    expect(report).toMatchObject({ outcome: 'LOADED', timeZone: { name: 'America/St_Johns', cells: zoneless } });
    expect(await stored()).toEqual(await readIn('America/St_Johns', sound));
  });

  it.each(['+02', '-5.5', "interval '+02:00'", '<+03>-3', 'UTC+3', 'HERE5THERE,M3.2.0,M11.1.0', 'europe/zurich'])(
    'are read as COPY reads them where the database has the zone %s',
    async (zone) => {
      await pipeline.run(`alter database "${database}" set timezone = '${zone.replaceAll("'", "''")}'`);
      const report = await pipeline.load(await fileOf(`own-${zone.replaceAll(/\W/gu, '_')}.csv`, sound), into);
      expect(report).toMatchObject({ outcome: 'LOADED', timeZone: { cells: zoneless } });
      expect(await stored()).toEqual(await readIn(zone, sound));
    },
  );

  it('of a domain are judged as the moments that they are, however the database prints them', async () => {
    await pipeline.run(`
      create domain public.first_of_july as timestamptz check (value >= '2024-07-01T00:00Z' and value < '2024-07-02T00:00Z');
      create table public.july (id integer primary key, at public.first_of_july);
      alter database "${database}" set timezone = 'Asia/Kolkata'; alter database "${database}" set datestyle = 'SQL, DMY'`);
    const days = [
      '2024-07-01T00:00:00Z',
      '2024-07-01T23:59Z',
      '2024-07-01 12:00:00',
      '2024-06-30T23:59:59Z',
      '2024-07-02T00:00Z',
    ];
    const report = await pipeline.load(await fileOf('july.csv', days), { ...into, into: 'public.july' });
    await pipeline.run(`alter database "${database}" reset datestyle`);
    expect(report).toMatchObject({
      counts: { inserted: 3, rejected: 2 },
      rejectsByCode: [{ code: 'DOMAIN', rejects: 2 }],
    });
  });

  it('are rejects where clocks jump over them or are set back, with both readings', async () => {
    const path = await fileOf('odd.csv', [
      '2024-03-31 02:30:00',
      '2024-10-27 02:30',
      '2024-10-27T02:59:59.5',
      '2051-03-26 02:00:00',
    ]);
    const report = await pipeline.load(path, into);
    expect(report).toMatchObject({
      counts: { records: 4, rejected: 4 },
      rejectsByCode: expect.arrayContaining([
        { code: 'TIME_GAP', column: 'at', rejects: 2 },
        { code: 'TIME_REPEATED', column: 'at', rejects: 2 },
      ]),
      timeZone: { name: 'Europe/Berlin', cells: 0 },
    });
    expect(await reasons(report)).toEqual([
      "at: '2024-03-31 02:30:00' does not exist in Europe/Berlin, whose clocks jump over it; write it with its offset: 2024-03-31 01:30:00Z by the one before, 2024-03-31 00:30:00Z by the one after",
      "at: '2024-10-27 02:30' comes twice in Europe/Berlin, whose clocks are set back then; write it with its offset: 2024-10-27 00:30:00Z by the one before, 2024-10-27 01:30:00Z by the one after",
      "at: '2024-10-27T02:59:59.5' comes twice in Europe/Berlin, whose clocks are set back then; write it with its offset: 2024-10-27 00:59:59.5Z by the one before, 2024-10-27 01:59:59.5Z by the one after",
      "at: '2051-03-26 02:00:00' does not exist in Europe/Berlin, whose clocks jump over it; write it with its offset: 2051-03-26 01:00:00Z by the one before, 2051-03-26 00:00:00Z by the one after",
    ]);
  });

  it('in arrays and ranges are read and counted alike, and refused where clocks show them never or twice', async () => {
    await pipeline.run(
      `create table public.spans (id integer primary key, at timestamptz[], span tstzrange, spans tstzmultirange)`,
    );
    const path = await pipeline.file(
      'spans.csv',
      [
        'id,at,span,spans',
        '1,"{2024-06-30 22:30,NULL,2024-06-30T22:30Z}","[2024-01-01,infinity)","{[2024-01-01 00:00Z,2024-01-02 00:00+02)}"',
        '2,"{2024-06-30 22:30,2024-03-31 02:30}",,',
        ' 3 ,"\u00a0{2024-10-27 02:30}",,',
        '4,,"[2024-01-01,""2024-10-27 02:30""]",',
        '5,,,"{[2024-03-31 02:30:00,)}"',
        '6,{2024-03-31 02:30Z},,',
        ' 7,{2024-06-30},,',
      ].join('\n'),
    );
    const report = await pipeline.load(path, { ...into, into: 'public.spans', leniencies: ['trimBlanks'] });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: 3, rejected: 4 },
      timeZone: { name: 'Europe/Berlin', cells: 3 },
    });
    expect(await reasons(report)).toEqual([
      expect.stringMatching(
        /at: .* holds a time that does not exist in Europe\/Berlin, .*: 2024-03-31 01:30:00Z by the one before, 2024-03-31 00:30:00Z/u,
      ),
      expect.stringMatching(/at: .* holds a time that comes twice in Europe\/Berlin/u),
      expect.stringMatching(/span: .* holds a time that comes twice in Europe\/Berlin/u),
      expect.stringMatching(/spans: .* holds a time that does not exist in Europe\/Berlin/u),
    ]);
    expect(
      await pipeline.rows(sql`
        select id, at[1] = '2024-06-30T20:30Z'::timestamptz as at, lower(span) = '2023-12-31T23:00Z'::timestamptz as span
        from public.spans where (id <> 6) order by id`),
    ).toEqual([
      { id: 1, at: true, span: true },
      { id: 7, at: false, span: null },
    ]);
  });

  it.each(['UTC', 'Etc/UTC', 'Etc/GMT-2'])('are never odd in %s', async (timeZone) => {
    const path = await fileOf(`fixed-${timeZone.replaceAll('/', '-')}.csv`, [
      '2024-03-31 02:30:00',
      '2024-10-27 02:30:00',
    ]);
    expect(await pipeline.load(path, { ...into, timeZone })).toMatchObject({
      counts: { inserted: 2 },
      timeZone: { name: timeZone, cells: 2 },
    });
  });

  it('keep their zone when the load is resumed after the database was given another', async () => {
    const path = await fileOf('resumed.csv', sound);
    pipeline.before = ({ event }) => {
      if (event['state'] === 'StageSlice') throw new Error('not today');
    };
    const execution = pipeline.start({ bucket: 'file://', key: path, ...into });
    const result = await execution.result;
    pipeline.before = null;
    if (result.status !== 'FAILED') throw new Error(`the execution ended ${result.status}`);
    await pipeline.connect((db) => recordFailure(db, { executionArn: execution.id, ...result }));
    await pipeline.run(`alter database "${database}" set timezone = 'Asia/Tokyo'`);
    expect(await pipeline.load(path, into)).toMatchObject({
      outcome: 'LOADED',
      timeZone: { name: 'Europe/Berlin', cells: zoneless },
    });
    expect(await stored()).toEqual(await readIn('Europe/Berlin', sound));
  });

  it.each([
    ['Europe/Berln', /knows no such zone[.] Did you mean "Europe\/Berlin"/u],
    ['+02:00', /knows no such zone[.] For an offset .* Etc\/GMT-2 is two hours ahead of UTC/u],
    ['UTC+3', /knows no such zone[.] For an offset/u],
    ['<+03>-3', /knows no such zone[.] For an offset/u],
    ['cest', /knows no such zone[.] That is an abbreviation/u],
    ["'; drop table public.t; --", /knows no such zone/u],
    ['CET', /CET, which PostgreSQL also knows as an abbreviation/u],
  ])('refuse the load where its zone is %s', async (timeZone, message) => {
    const path = await fileOf('refused.csv', sound);
    const report = await pipeline.load(path, { ...into, timeZone, force: true });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'TIME_ZONE', message: expect.stringMatching(message) });
  });

  it('do not matter to a table without a column of them', async () => {
    await pipeline.run(
      `create table public.plain (id integer primary key, at timestamp); alter database "${database}" set timezone = 'CET'`,
    );
    const path = await fileOf('plain.csv', ['2024-03-31 02:30:00']);
    expect(await pipeline.load(path, { ...into, into: 'public.plain' })).toMatchObject({
      outcome: 'LOADED',
      timeZone: null,
    });
    expect(await pipeline.rows(trustedSql('select at::text from public.plain'))).toEqual([
      { at: '2024-03-31 02:30:00' },
    ]);
  });
});
