import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../functions/core/sql.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

describe('a file between tabs', () => {
  let pipeline: Pipeline;
  let files = 0;
  beforeAll(async () => {
    pipeline = await testPipeline('create table public.title (id integer primary key, name text, kind text)');
  });
  afterAll(() => pipeline.end());

  const rows = ['1\t"Alpha\tshort', '2\tBeta"\tmovie', '3\t"Gamma" live\t"x"', '4\t\u0001odd\t', '5\t5" pipe\tmovie'];
  const load = async (request: { quote?: string; sliceBytes?: number }) => {
    await pipeline.run('truncate public.title');
    const path = await pipeline.file(`titles-${(files += 1)}.tsv`, `id\tname\tkind\n${rows.join('\n')}\n`);
    const into = { into: 'public.title', businessKey: ['id'], delimiter: '\t' };
    const report = await pipeline.load(path, { ...into, ...request });
    const stored = await pipeline.rows<{ row: (string | null)[] }>(
      sql`select array[id::text, name, kind] as row from public.title order by id`,
    );
    return { report, stored: stored.map(({ row }) => row) };
  };

  it.each([1_000_000, 9, 1])('holds its quotes as data with quote none, in slices of %d bytes', async (sliceBytes) => {
    const { report, stored } = await load({ quote: 'none', sliceBytes });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 5, inserted: 5, rejected: 0 } });
    expect(stored).toEqual(rows.map((row) => row.split('\t').map((cell) => (cell === '' ? null : cell))));
  });

  it('with a quoted cell that may be several records has a reject that names the option, unless quotes are declared', async () => {
    const undeclared = await load({});
    expect(undeclared.report).toMatchObject({ counts: { records: 4, inserted: 1, rejected: 3 } });
    const rejects = await pipeline.rows<{ line: number; code: string; message: string }>(
      sql`
        select line, reasons->0->>'code' as code, reasons->0->>'message' as message
        from landfall.rejects where load_id = ${undeclared.report.loadId} order by record_no`,
    );
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([
      [2, 'QUOTED_LINES'],
      [4, 'STRAY_QUOTE'],
      [6, 'STRAY_QUOTE'],
    ]);
    for (const { message } of rejects) expect(message).toContain('--quote none');
    const { stored } = await load({ quote: '"' });
    expect(stored).toContainEqual(['1', 'Alpha\tshort\n2\tBeta', 'movie']);
  });

  it('whose quote never closes is refused with the option', async () => {
    const path = await pipeline.file('open.tsv', 'id\tname\tkind\n1\t"Alpha\tshort\n2\tBeta\tmovie\n');
    const report = await pipeline.load(path, { into: 'public.title', businessKey: ['id'], delimiter: '\t' });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'UNTERMINATED_QUOTE' });
    expect(report.message).toContain('--quote none');
  });

  it('refuses another word for quote', async () => {
    await expect(load({ quote: 'single' })).rejects.toThrow(/quote/);
  });
});

/** What is said of a file, its text, and the rows that it means. */
const dialects: readonly (readonly [
  what: string,
  request: Partial<LoadRequest>,
  text: string,
  rows: readonly (readonly (string | null)[])[],
])[] = [
  [
    'cells between apostrophes',
    { quote: "'" },
    "id,name,amount\n1,'it''s, \"so\"',1.50\n2,5\" pipe,'2'\n3,'two\r\nlines',\n4,'',4\n5,'NA',5\n6, NA ,6\n",
    [
      ['1', 'it\'s, "so"', '1.5'],
      ['2', '5" pipe', '2'],
      ['3', 'two\r\nlines', null],
      ['4', '', '4'],
      ['5', 'NA', '5'],
      ['6', null, '6'],
    ],
  ],
  [
    'quotes behind a backslash',
    { reading: { escape: '\\' } },
    'id,name,amount\n1,"say \\"hi\\", now",1.50\n2,c:\\dir,"2"\n3,"c:\\\\",3\n' +
      '4,"line\\none\n\\",\\\\",\n5,"",5\n6, NA ,"6"\n',
    [
      ['1', 'say "hi", now', '1.5'],
      ['2', 'c:\\dir', '2'],
      ['3', 'c:\\', '3'],
      ['4', 'line\\none\n",\\', null],
      ['5', '', '5'],
      ['6', null, '6'],
    ],
  ],
  [
    'comments between the records',
    { reading: { comment: '#' } },
    '# made by "Ann\n#id,name,amount\nid,name,amount\n#1,old,1\n1,"#1\n# two",1.50\n#\n2,"#",2\n# it\'s\n3,x#y,3\n# " ,",\n6, NA ,6\n',
    [
      ['1', '#1\n# two', '1.5'],
      ['2', '#', '2'],
      ['3', 'x#y', '3'],
      ['6', null, '6'],
    ],
  ],
  [
    'cells between two bars',
    { delimiter: '||', reading: { comment: '#' } },
    'id||name||amount\n1||a|b||1.50\n#2||x\n2||"x||\ny|"||"2"\n3||"say ""hi"""||\n4||""||4\n5||r\u001fs||5\n6|| NA ||6\n',
    [
      ['1', 'a|b', '1.5'],
      ['2', 'x||\ny|', '2'],
      ['3', 'say "hi"', null],
      ['4', '', '4'],
      ['5', 'r\u001fs', '5'],
      ['6', null, '6'],
    ],
  ],
  [
    'cells between commas and blanks',
    { delimiter: ', ', reading: { escape: '\\' } },
    'id, name, amount\n1, "a\\", b", 1.50\n2, c,d, 2\n6,  NA , 6\n',
    [
      ['1', 'a", b', '1.5'],
      ['2', 'c,d', '2'],
      ['6', null, '6'],
    ],
  ],
];

/** Steps and slices of each run. */
const runs: readonly (readonly [clean: Record<string, string[]>, sliceBytes: number])[] = [
  [{}, 7],
  [{ name: ['upper'], amount: ['trim'] }, 60],
];

describe('a file of another dialect', () => {
  let pipeline: Pipeline;
  let files = 0;
  beforeAll(async () => {
    pipeline = await testPipeline('create table public.t (id integer primary key, name text, amount float8)');
  });
  afterAll(() => pipeline.end());

  it.each(dialects)('of %s has the rows that it means, cleaned or not, whatever its slices', async (...dialect) => {
    const [, request, text, rows] = dialect;
    for (const [clean, sliceBytes] of runs) {
      await pipeline.run('truncate public.t');
      const path = await pipeline.file(`${(files += 1)}.csv`, `${text}99${'b'.repeat(20)}\n`);
      const report = await pipeline.load(path, {
        ...{ into: 'public.t', businessKey: ['id'], nulls: [' NA '], sliceBytes, clean },
        ...request,
      });
      expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: rows.length, rejected: 1 } });
      const stored = await pipeline.rows<{ row: (string | null)[] }>(
        sql`select array[id::text, name, amount::text] as row from public.t order by id`,
      );
      const isUpper = 'name' in clean;
      expect(stored.map(({ row }) => row)).toEqual(
        rows.map(([id, name = null, amount]) => [id, isUpper ? (name?.toUpperCase() ?? null) : name, amount]),
      );
    }
  });
});
