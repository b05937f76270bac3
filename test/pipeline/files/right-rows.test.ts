import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import { cases, casesTimeout } from '../../support/cases.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

/** Cells that have broken loaders before. */
const fragments = [
  '',
  'a',
  '01',
  ' x ',
  'q"q',
  'c,c',
  'n\nn',
  'r\r\nr',
  'r\rr',
  'é',
  '日本',
  '𝔘',
  '\\',
  '\\.',
  '\\N',
  'NULL',
  "'",
  ';',
  '--',
  '\t',
  '=1+1',
  '%s',
  '$1',
  '{}',
  'x'.repeat(300),
  '\u200b',
  '0'.repeat(40),
  '""',
  '\n\n',
  '"\n"',
  '\ufeff',
  "E'\\x'",
];
const cell = fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
const number = fc.constantFrom('0', '-7', '12345678901234567890', '0.10', '99999999999999.123456789', '1'.repeat(30));

const csvFile = fc.record({
  rows: fc.array(fc.tuple(cell, cell, fc.option(cell, { nil: null }), number), { minLength: 0, maxLength: 60 }),
  eol: fc.constantFrom('\n', '\r\n', '\r'),
  quoteAll: fc.boolean(),
  bom: fc.boolean(),
  finalEol: fc.boolean(),
  sliceBytes: fc.constantFrom(64, 97, 777, 4_096, 10_000_000),
});
type CsvFile = typeof csvFile extends fc.Arbitrary<infer T> ? T : never;

/** Written from RFC 4180 alone: null is an unquoted empty cell, '' a quoted one. */
function render(file: CsvFile): string {
  const quoted = (text: string | null): string => {
    if (text === null) return '';
    return file.quoteAll || text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = file.rows.map(([a, b, c, n], i) => [String(i), quoted(a), quoted(b), quoted(c), n].join(','));
  const text = ['id,Name, note ,"extra",AMOUNT', ...lines].join(file.eol) + (file.finalEol ? file.eol : '');
  return (file.bom ? '\ufeff' : '') + text;
}

describe('the rows of a hostile CSV', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline(
      'create table public.t (id integer primary key, name text, note text, extra text, amount numeric)',
    );
  });
  afterAll(() => pipeline.end());

  it('end as a sequential reading says, whatever the slices', { timeout: casesTimeout(15) }, async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(csvFile, async (file) => {
        await pipeline.run('truncate public.t');
        const path = await pipeline.file(`hostile-${(n += 1)}.csv`, render(file));
        const report = await pipeline.load(path, {
          into: 'public.t',
          businessKey: ['id'],
          sliceBytes: file.sliceBytes,
        });
        const rows = await pipeline.rows<{ row: (string | null)[] }>(
          sql`select array[name, note, extra, amount::text] as row from public.t order by id`,
        );
        expect(rows.map(({ row }) => row)).toEqual(file.rows.map(([a, b, c, amount]) => [a, b, c, amount]));
        expect(report).toMatchObject({
          outcome: 'LOADED',
          counts: { records: file.rows.length, inserted: file.rows.length, rejected: 0, duplicate: 0 },
        });
      }),
      cases(15),
    );
  });
});

describe('a CR alone, outside quotes', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await testPipeline('create table public.part (id integer primary key, kind text, note text)');
  });
  afterAll(() => pipeline.end());

  it.each([1_000_000, 40, 7, 1])(
    'makes its record a reject and splits none, in slices of %d bytes',
    async (sliceBytes) => {
      await pipeline.run('truncate public.part');
      const rows = ['1,one,first part\rsecond part', '2,two,"quoted\rone"', '\r3,x,y', '4,four,d\r', '5,five,whole'];
      const path = await pipeline.file(`cr-${sliceBytes}.csv`, `id,kind,note\r\n${rows.join('\n')}\r\n6,six,f\r`);
      const report = await pipeline.load(path, { into: 'public.part', businessKey: ['id'], sliceBytes });
      expect(report.rejectsByCode).toEqual([{ code: 'BARE_CR', column: null, rejects: 3 }]);
      const stored = await pipeline.rows(sql`select id, note from public.part order by id`);
      expect(stored).toEqual([
        { id: 2, note: 'quoted\rone' },
        { id: 4, note: 'd' },
        { id: 5, note: 'whole' },
      ]);
      const rejects = await pipeline.rows(
        sql`select line, raw from landfall.rejects where load_id = ${report.loadId} order by record_no`,
      );
      expect(rejects).toEqual([
        { line: 2, raw: Buffer.from('1,one,first part\rsecond part') },
        { line: 4, raw: Buffer.from('\r3,x,y') },
        { line: 7, raw: Buffer.from('6,six,f\r') },
      ]);
    },
  );

  it('ends records where the header ends so', async () => {
    await pipeline.run('truncate public.part');
    const path = await pipeline.file('mac.csv', 'id,kind,note\r1,one,"a\nb"\r2,two,c\nd\r3,three,e');
    const report = await pipeline.load(path, { into: 'public.part', businessKey: ['id'], sliceBytes: 5 });
    expect(report.rejectsByCode).toEqual([{ code: 'BARE_LF', column: null, rejects: 1 }]);
    const stored = await pipeline.rows(sql`select id, note from public.part order by id`);
    expect(stored).toEqual([
      { id: 1, note: 'a\nb' },
      { id: 3, note: 'e' },
    ]);
  });
});
