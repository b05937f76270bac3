import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const into = { into: 'public.t', businessKey: ['id'] };
const both = { a: ['trim'], n: ['trim'], s: ['collapse'] };

describe('cells are cleaned as the dataset declares it', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(
      'create table public.t (id integer primary key, a text, n integer, s varchar(5), check (a <> $$bad$$))',
    );
  });
  beforeEach(() => pipeline.run('truncate public.t'));
  afterAll(() => pipeline.end());

  const load = async (lines: readonly string[], request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    await pipeline.load(await pipeline.file('cells.csv', lines.map((line) => `${line}\n`).join('')), {
      ...into,
      force: true,
      ...request,
    });
  const stored = async (): Promise<object[]> => await pipeline.rows(sql`select a, n, s from public.t order by id`);
  const reasons = (report: LoadReport): Promise<string[]> => reasonsOf(pipeline, report);

  it('in the typed half and in the raw one, between quotes and without', async () => {
    const lines = [
      'id,a,n,s',
      '1, x , 7 ,"a  b"',
      '2,"\u00a0""q"",\u3000",8,c',
      '3," y ",9999999999 ,d',
      '4, ,"",',
      '5,,,',
    ];
    const loaded = await load(lines, { clean: both });
    expect(await reasons(loaded)).toEqual([
      "n: '9999999999' is out of range for integer (in the file: '9999999999 ')",
      "n: '' is not a whole number in digits: leniency quotedEmptyIsNull takes it",
    ]);
    expect(await stored()).toEqual([
      { a: 'x', n: 7, s: 'a b' },
      { a: '"q",', n: 8, s: 'c' },
      { a: null, n: null, s: null },
    ]);
  });

  it('and stay as they are without', async () => {
    await load(['id,a,n,s', '1, x ,7,"a  b"', '2,"",,'], {});
    expect(await stored()).toEqual([
      { a: ' x ', n: 7, s: 'a  b' },
      { a: '', n: null, s: null },
    ]);
  });

  it('and a reject of either half shows what the file has', async () => {
    const lines = ['id,a,n,s', '1,  bad ,1,toolong  x', '2,bad,x ,"to  olong"', '3,  bad,1,'];
    const loaded = await load(lines, { clean: both, limits: { allowAllRejected: true } });
    expect(await reasons(loaded)).toEqual([
      "s: 'toolong x' is longer than 5 characters (character varying(5)) (in the file: 'toolong  x')",
      "a: 'bad' breaks the check t_a_check: (a <> 'bad'::text) (in the file: '  bad ')",
      "n: 'x' is not a whole number in digits (in the file: 'x ')",
      "s: 'to olong' is longer than 5 characters (character varying(5)) (in the file: 'to  olong')",
      "a: 'bad' breaks the check t_a_check: (a <> 'bad'::text)",
      "a: 'bad' breaks the check t_a_check: (a <> 'bad'::text) (in the file: '  bad')",
    ]);
  });

  it('in all columns of text, and in none that is ignored', async () => {
    const loaded = await load(['id,a,n,s', '1, x , 7,  y', '2, x ,7,  y'], {
      clean: { '*': ['trim'] },
      ignorePositions: [4],
    });
    expect(await reasons(loaded)).toEqual(["n: ' 7' is not a whole number in digits: leniency trimBlanks takes it"]);
    expect(await stored()).toEqual([{ a: 'x', n: 7, s: null }]);
  });

  it.each([
    ['tab', { delimiter: '\t' }, ['id\ta\tn\ts', '1\t x \t 7 \t" a  b "']],
    ['tab, quotes are data', { delimiter: '\t', quote: 'none' }, ['id\ta\tn\ts', '1\t x \t 7 \ta  b']],
    ['CR', {}, ['id,a,n,s\r1, x , 7 ,a  b\r']],
    ['CRLF', {}, ['id,a,n,s\r', '1, x , 7 ,a  b \r']],
    ['words for NULL', { nulls: ['-'] }, ['id,a,n,s', '1,-, 7 ,a  b', '2, x ,-,-']],
  ])('in a file of another grammar: %s', async (_name, request, lines) => {
    await load(lines, { clean: both, ...request });
    expect(await stored()).toEqual(
      'nulls' in request
        ? [
            { a: null, n: 7, s: 'a b' },
            { a: 'x', n: null, s: null },
          ]
        : [{ a: 'x', n: 7, s: 'a b' }],
    );
  });

  it('whatever slices the file is read in', async () => {
    const lines = Array.from({ length: 400 }, (_, i) => `${i + 1}," x${i}\n,  ", ${i} ,a  ${i % 7}`);
    for (const sliceBytes of [333, 100_000]) {
      await load(['id,a,n,s', ...lines], { clean: both, sliceBytes });
      expect(await stored()).toEqual(lines.map((_, i) => ({ a: `x${i}\n,`, n: i, s: `a ${i % 7}` })));
    }
  });

  it('and counted by column and step, those of rejects too, however often a slice is staged', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `${i + 1}, x${i},${i % 3 === 0 ? '- ' : i},a  b`);
    const clean = { a: ['trim', 'upper'], n: ['trim', 'null:-'], s: ['collapse', 'null:a b', 'null:none'] };
    for (const sliceBytes of [500, 100_000]) {
      const loaded = await load(['id,a,n,s', ...lines, '301, x,q ,"unclosed'.replace('"', '')], { clean, sliceBytes });
      expect(loaded.counts).toMatchObject({ records: 301, rejected: 1 });
      expect(loaded.cleaned).toEqual([
        { column: 'a', step: 'trim', cells: 301, samples: [0, 1, 2].map((i) => ({ from: ` x${i}`, to: `x${i}` })) },
        { column: 'a', step: 'upper', cells: 301, samples: [0, 1, 2].map((i) => ({ from: `x${i}`, to: `X${i}` })) },
        { column: 'n', step: 'trim', cells: 101, samples: [0, 1, 2].map(() => ({ from: '- ', to: '-' })) },
        { column: 'n', step: 'null:-', cells: 100, samples: [0, 1, 2].map(() => ({ from: '-', to: null })) },
        { column: 's', step: 'collapse', cells: 300, samples: [0, 1, 2].map(() => ({ from: 'a  b', to: 'a b' })) },
        { column: 's', step: 'null:a b', cells: 300, samples: [0, 1, 2].map(() => ({ from: 'a b', to: null })) },
      ]);
    }
  });

  it('in a packed file, and the same again where the staging is lost behind the gate', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => `${i + 1}, x${i},${i % 9 === 0 ? 'x ' : ` ${i}`},a  b`);
    const content = gzipSync(['id,a,n,s', ...lines].join('\n'));
    let lost = false;
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane' || lost) return;
      lost = true;
      await pipeline.run(`truncate landfall_staging.epochs; do $$ declare t text; begin
        for t in select relname from pg_class join pg_namespace n on n.oid = relnamespace
          where nspname = 'landfall_staging' and relname ~ '_(typed|raw|verdicts)$'
        loop execute format('truncate landfall_staging.%I', t); end loop; end $$`);
    };
    const path = await pipeline.file('cells.csv.gz', content);
    const loaded = await pipeline.load(path, { ...into, force: true, clean: both, sliceBytes: 1000 });
    pipeline.before = null;
    expect(lost).toBe(true);
    expect(loaded).toMatchObject({ outcome: 'LOADED', counts: { records: 200, inserted: 177, rejected: 23 } });
    expect((await reasons(loaded))[0]).toBe("n: 'x' is not a whole number in digits (in the file: 'x ')");
    expect(loaded.cleaned?.map(({ step, cells }) => [step, cells])).toEqual([
      ['trim', 200],
      ['trim', 200],
      ['collapse', 200],
    ]);
    expect((await stored())[0]).toEqual({ a: 'x1', n: 1, s: 'a b' });
  });

  it('and nothing is counted where nothing is declared', async () => {
    expect((await load(['id,a,n,s', '1, x ,7,y'])).cleaned).toBeUndefined();
  });
});

describe('values of JSON lines are cleaned', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(
      'create table public.t (id integer primary key, a text, n integer, d text default $$table$$, doc jsonb, check (a <> $$bad$$))',
    );
  });
  beforeEach(() => pipeline.run('truncate public.t'));
  afterAll(() => pipeline.end());

  const load = async (lines: readonly unknown[], request: Partial<LoadRequest> = {}): Promise<LoadReport> =>
    await pipeline.load(
      await pipeline.file(
        'cells.ndjson',
        lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
      ),
      { ...into, format: 'ndjson', force: true, ...request },
    );
  const stored = async (): Promise<object[]> => await pipeline.rows(sql`select id, a, n, d from public.t order by id`);
  const reasons = (report: LoadReport): Promise<string[]> => reasonsOf(pipeline, report);
  const clean = { a: ['trim'], n: ['trim', 'null:-'], d: ['trim', 'default:none'] };

  it('strings and numbers as text, with and without escapes; null stays null', async () => {
    const loaded = await load(
      [
        { id: 1, a: ' x\t"\\ ', n: ' 7', d: ' y ' },
        String.raw`{"id": 2, "a": " \u00a0\u00e4\\N ", "n": 8}`,
        { id: 3, a: null, n: '-', d: '' },
        { id: 4, a: ' bad', n: 'x ' },
        { id: 5, a: ' bad', n: 9 },
        { id: 6, n: '99999999999 ' },
      ],
      { clean },
    );
    expect(await stored()).toEqual([
      { id: 1, a: 'x\t"\\', n: 7, d: 'y' },
      { id: 2, a: 'ä\\N', n: 8, d: 'none' },
      { id: 3, a: null, n: null, d: 'none' },
    ]);
    expect(await reasons(loaded)).toEqual([
      "n: 'x' is not a whole number in digits (in the file: 'x ')",
      "a: 'bad' breaks the check t_a_check: (a <> 'bad'::text) (in the file: ' bad')",
      "a: 'bad' breaks the check t_a_check: (a <> 'bad'::text) (in the file: ' bad')",
      "n: '99999999999' is out of range for integer (in the file: '99999999999 ')",
    ]);
    expect(loaded.cleaned).toEqual([
      {
        column: 'a',
        step: 'trim',
        cells: 4,
        samples: [
          { from: ' x\t"\\ ', to: 'x\t"\\' },
          { from: ' \u00a0ä\\N ', to: 'ä\\N' },
          { from: ' bad', to: 'bad' },
        ],
      },
      {
        column: 'n',
        step: 'trim',
        cells: 3,
        samples: [
          { from: ' 7', to: '7' },
          { from: 'x ', to: 'x' },
          { from: '99999999999 ', to: '99999999999' },
        ],
      },
      { column: 'n', step: 'null:-', cells: 1, samples: [{ from: '-', to: null }] },
      { column: 'd', step: 'trim', cells: 1, samples: [{ from: ' y ', to: 'y' }] },
      {
        column: 'd',
        step: 'default:none',
        cells: 5,
        samples: [
          { from: null, to: 'none' },
          { from: '', to: 'none' },
          { from: null, to: 'none' },
        ],
      },
    ]);
  });

  it('and what no record names stays as if nothing were declared', async () => {
    const loaded = await load([{ id: 1, a: ' x' }], { clean });
    expect(await stored()).toEqual([{ id: 1, a: 'x', n: null, d: 'table' }]);
    expect(loaded.cleaned).toEqual([{ column: 'a', step: 'trim', cells: 1, samples: [{ from: ' x', to: 'x' }] }]);
  });

  it('whatever slices the file is read in', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => ({
      id: i + 1,
      a: ` x${i} `,
      n: `${i} `,
      d: 'é'.repeat(i % 9),
    }));
    for (const sliceBytes of [700, 100_000]) {
      const loaded = await load(lines, { clean, sliceBytes });
      expect(await stored()).toEqual(
        lines.map(({ id, d }) => ({ id, a: `x${id - 1}`, n: id - 1, d: d === '' ? 'none' : d })),
      );
      expect(loaded.cleaned?.map(({ cells }) => cells)).toEqual([300, 300, 34]);
    }
  });

  it('but for json, which stays as it is, so steps for it are refused', async () => {
    const loaded = await load([{ id: 1, a: ' x' }], { clean: { doc: ['trim'] } });
    expect(loaded).toMatchObject({ outcome: 'REJECTED', code: 'RULE' });
    expect(loaded.message).toContain('columns.clean names "doc", but of JSON values of jsonb stay as they are.');
  });
});

/** The words of all reasons, in the order of the records. */
async function reasonsOf(pipeline: Pipeline, { loadId }: LoadReport): Promise<string[]> {
  const rows = await pipeline.rows<{ message: string }>(
    sql`
      select reason ->> 'message' as message
      from landfall.rejects
      cross join jsonb_array_elements(reasons) with ordinality as each (reason, no)
      where load_id = ${loadId} order by record_no, no`,
  );
  return rows.map(({ message }) => message);
}
