import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { readLoad } from '../../../functions/ledger/loads/load.ts';
import { readLoadReport } from '../../../functions/ledger/loads/summary.ts';
import { replayRequest } from '../../../functions/replay/replay-request.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

// What stands around records and across them: columns that the table lacks, other headers, footers, rows of other lengths.

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline(
    'create table public.item (id integer primary key, name text, amount numeric, extra jsonb)',
  );
});
afterAll(() => pipeline.end());

let files = 0;
async function load(content: string | Buffer, request: Partial<LoadRequest> = {}): Promise<LoadReport> {
  await pipeline.run('truncate public.item');
  files += 1;
  const path = await pipeline.file(`${files}.csv`, content);
  return await pipeline.load(path, { into: 'public.item', businessKey: ['id'], ...request });
}
const rows = (): Promise<object[]> => pipeline.rows(sql`select id, name, extra from public.item order by id`);

const rejects = async ({ loadId }: LoadReport): Promise<[number, string][]> => {
  const found = await pipeline.rows<{ line: number; codes: string }>(sql`
    select line, (select string_agg(reason ->> 'code', ' ') from jsonb_array_elements(reasons) as reason) as codes
    from landfall.rejects where (load_id = ${loadId}) order by line`);
  return found.map(({ line, codes }) => [line, codes]);
};

/** The rejects of a load once more, as the quarantine keeps them. */
async function replayed({ loadId }: LoadReport): Promise<LoadReport> {
  const request = await pipeline.connect(async (db) => {
    const origin = await readLoad(db, loadId ?? 0);
    return { ...origin.request, versionId: `replay:${loadId}:1`, replay: replayRequest(origin, 'quarantine') };
  });
  const result = await pipeline.execute(request);
  if (result.status !== 'SUCCEEDED') throw new Error(`the execution ended ${JSON.stringify(result)}`);
  return await pipeline.connect((db) => readLoadReport(db, (result.output as { loadId: number }).loadId));
}

describe('columns that the table lacks', () => {
  const content =
    'id,Colour,name,"Da""y"\n1,red,Nut,"say ""x"", y"\n2,"",Bolt,\nx,blue,Cog,z\n+4,black,Pin,"two\nlines"\n';

  test.each([7, 1_000_000])('are captured as one object a record, in slices of %d bytes', async (sliceBytes) => {
    const request = { unknownColumns: { capture: 'extra' }, leniencies: ['numberForms'], sliceBytes };
    const report = await load(content, request);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 4, inserted: 3, rejected: 1 } });
    expect(await rows()).toEqual([
      { id: 1, name: 'Nut', extra: { Colour: 'red', 'Da"y': 'say "x", y' } },
      { id: 2, name: 'Bolt', extra: { Colour: '', 'Da"y': null } },
      { id: 4, name: 'Pin', extra: { Colour: 'black', 'Da"y': 'two\nlines' } },
    ]);
    await pipeline.run('alter table public.item alter column id type text');
    expect(await replayed(report)).toMatchObject({ outcome: 'LOADED', counts: { records: 1, inserted: 1 } });
    expect(await pipeline.rows(sql`select extra from public.item where id = 'x'`)).toEqual([
      { extra: { Colour: 'blue', 'Da"y': 'z' } },
    ]);
    await pipeline.run('truncate public.item; alter table public.item alter column id type integer using id::integer');
  });

  test('are none: the column stays as it is, and may be filled by its name', async () => {
    const request = { unknownColumns: { capture: 'extra' } };
    expect(await load('id,name,extra\n1,Nut,"{""a"": 1}"\n', request)).toMatchObject({ outcome: 'LOADED' });
    expect(await rows()).toEqual([{ id: 1, name: 'Nut', extra: { a: 1 } }]);
    expect(await load('id,name,extra,b\n1,Nut,{},2\n', request)).toMatchObject({
      code: 'DUPLICATE_HEADER',
      message:
        `The file's column "extra" fills extra, which captures the columns that the table lacks. ` +
        `Ignore it: --ignore extra, or capture them in another column.`,
    });
  });
});

test('columns are named for a file without a header, and the header it might have is data', async () => {
  const content = '2,Bolt,\n1,"Nut\n",2.5\nid,name,amount\n';
  expect((await load('2,Bolt,\n1,Nut,2.5\n')).message).toContain('--no-header --columns id,name,amount.');
  const reading = { header: ['id', 'name', 'amount'] };
  const report = await load(content, { reading, sliceBytes: 5 });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 3, inserted: 2, rejected: 1 } });
  expect(await rejects(report)).toEqual([[4, 'INVALID_INTEGER INVALID_NUMBER']]);
  expect(await replayed(report)).toMatchObject({ outcome: 'LOADED', counts: { records: 1, rejected: 1 } });
  expect(await load(content, { reading: { header: ['id', 'name'] } })).toMatchObject({ code: 'HEADER_COLUMNS' });
});

test('a header of several rows names columns by its parts, and its rejects come back below one of one row', async () => {
  const content = 'id,Full,\n,name,amount\n1,Nut,2\nx,Bolt,3\n';
  const report = await load(content, { reading: { headerRows: 2 }, rename: { 'full NAME': 'name' } });
  expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 2, inserted: 1, rejected: 1 } });
  expect(await rejects(report)).toEqual([[4, 'INVALID_INTEGER']]);
  expect(await replayed(report)).toMatchObject({ outcome: 'LOADED', counts: { records: 1, rejected: 1 } });
});

describe('the last lines are no records', () => {
  const content = 'id,name\n1,Nut\n2,"Bo\nlt"\nTOTAL,"2\nEND\n\n';

  test.each<[string, string | Buffer, number, string?]>([
    ['of a file in slices', content, 3],
    ['of a file in one slice', content, 1_000_000],
    ['of what a packed file holds', gzipSync(content), 3],
    ['in another encoding', Buffer.from(content, 'utf16le'), 7, 'utf-16le'],
  ])('%s', async (_, bytes, sliceBytes, encoding) => {
    const reading = { trailerRows: 2, ...(encoding !== undefined && { encoding }) };
    const report = await load(bytes, { reading, sliceBytes });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 2, inserted: 2 },
      trailer: ['TOTAL,"2', 'END'],
    });
    expect(await rows()).toEqual([
      { id: 1, name: 'Nut', extra: null },
      { id: 2, name: 'Bo\nlt', extra: null },
    ]);
  });

  test('of a file that has not so many: it is refused', async () => {
    const reading = { trailerRows: 2 };
    const few =
      'behind its header, or at all where it has none; say how many there are: --trailer-rows N (in a dataset trailerRows: N)';
    for (const bytes of ['id,name\nEND\n', gzipSync('id,name\nEND\n')]) {
      const refused = await load(bytes, { reading });
      expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'TRAILER' });
      expect(refused.message).toContain(few);
    }
    const none = await load('id,name\nTOTAL,0\nEND\n', { reading });
    expect(none).toMatchObject({ outcome: 'LOADED', counts: { records: 0 } });
  });

  test.each([
    ['as it is', undefined],
    ['in another encoding', 'windows-1252'],
  ])('of a file of carriage returns that has nothing else, %s', async (_, encoding) => {
    const reading = { trailerRows: 2, header: ['id', 'name'], ...(encoding !== undefined && { encoding }) };
    const report = await load(Buffer.from('total 0,"open\rtotal 1,\xe9\r', 'latin1'), { reading });
    expect(report.message).toBeUndefined();
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 0 } });
    expect(report.trailer).toHaveLength(2);
  });
});

describe('records that are no rows as the header has them', () => {
  const content = 'id,name,amount,,\n1,Nut,2,,\n,,,,\n2,Bolt\n\n3,Cog,3,,,x\nid,name,amount,,\n,,\nx\n';

  test.each([4, 1_000_000])(
    'are passed over, padded and cut as declared, in slices of %d bytes',
    async (sliceBytes) => {
      const reading = { shortRows: 'pad', longRows: 'cut', repeatedHeaders: 'skip' };
      const report = await load(content, { reading, sliceBytes });
      expect(report).toMatchObject({
        outcome: 'LOADED',
        counts: { records: 4, inserted: 3, rejected: 1 },
        skipped: { blankRows: 2, repeatedHeaders: 1 },
        unnamedColumns: [4, 5],
      });
      expect(await rejects(report)).toEqual([[9, 'INVALID_INTEGER']]);
      expect(await rows()).toMatchObject([{ name: 'Nut' }, { name: 'Bolt' }, { name: 'Cog' }]);
      expect(await replayed(report)).toMatchObject({ outcome: 'LOADED', counts: { records: 1, rejected: 1 } });
    },
  );

  test('are cleaned as others are, where they lack cells too', async () => {
    const clean = { name: ['default:none'], id: ['integer'] };
    const report = await load('id,name\n"1.0"\n2, \n', { reading: { shortRows: 'pad' }, clean });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 2 } });
    expect(await rows()).toMatchObject([
      { id: 1, name: 'none' },
      { id: 2, name: ' ' },
    ]);
  });

  test('are rejects else, blank ones where that is declared, and those come back as such', async () => {
    const report = await load(content, { reading: { blankRows: 'reject' } });
    expect(await rejects(report)).toEqual([
      [3, 'BLANK_ROW'],
      [4, 'FIELD_COUNT'],
      [6, 'FIELD_COUNT'],
      [7, 'REPEATED_HEADER'],
      [8, 'BLANK_ROW'],
      [9, 'FIELD_COUNT'],
    ]);
    expect(await replayed(report)).toMatchObject({ outcome: 'LOADED', counts: { records: 6, rejected: 6 } });
  });
});
