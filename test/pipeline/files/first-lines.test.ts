import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

// What stands at the top of a file where a header should: what the refusal says, and that doing so helps.

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await testPipeline('create table public.item (id integer primary key, name text not null, note text)');
});
afterAll(() => pipeline.end());

let files = 0;
async function load(
  content: string,
  request: Partial<LoadRequest> = {},
): Promise<Awaited<ReturnType<Pipeline['load']>>> {
  await pipeline.run('truncate public.item');
  files += 1;
  const path = await pipeline.file(`${files}.csv`, content);
  return await pipeline.load(path, { into: 'public.item', businessKey: ['id'], ...request });
}

describe('another delimiter', () => {
  test.each([
    ['between names', 'id;name;note\n1;Nut;x\n'],
    ['between quoted names', '"id";"name";"note"\n"1";"Nut";"x"\n'],
    ['said by the line for Excel', 'sep=;\nid;name;note\n1;Nut;x\n'],
    ['said by a quoted line for Excel', '\ufeff"sep=;"\r\n"id";"name";"note"\r\n1;Nut;x\r\n'],
  ])('%s is found where none is declared, else named, with the option that loads the file', async (_, content) => {
    expect(await load(content)).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: 1 },
      dialect: { sniffed: { delimiter: ';' }, options: "--delimiter ';'", share: 1 },
    });
    const refused = await load(content, { delimiter: ',' });
    expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'WRONG_DELIMITER' });
    expect(refused.message).toContain('a semicolon');
    expect(refused.message).toContain("Pass --delimiter ';', or declare it in the dataset: delimiter: ';'.");
    const loaded = await load(content, { delimiter: ';' });
    expect(loaded).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect(loaded.dialect).toBeUndefined();
    expect(await pipeline.rows(sql`select id, name, note from public.item`)).toEqual([
      { id: 1, name: 'Nut', note: 'x' },
    ]);
  });

  test('a line for Excel that says what is declared is passed over, and lines are counted with it', async () => {
    const report = await load('sep=,\nid,name\n1,Nut\nx,Bolt\n', { sliceBytes: 4 });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 2, inserted: 1, rejected: 1 } });
    const [reject] = await pipeline.rows(sql`select line from landfall.rejects where (load_id = ${report.loadId})`);
    expect(reject).toEqual({ line: 4 });
  });
});

test('a backslash before quotes that only stands far behind the beginning is found', async () => {
  const line = (i: number): string => `${i},${i < 20_000 ? '"Nut, small"' : '"say \\"hi\\""'},${'x'.repeat(40)}\n`;
  const content = `id,name,note\n${Array.from({ length: 30_000 }, (_, i) => line(i)).join('')}`;
  expect(await load(content)).toMatchObject({
    outcome: 'LOADED',
    counts: { inserted: 30_000, rejected: 0 },
    dialect: { options: `--quote '"' --escape '\\'`, share: 1 },
  });
});

describe('lines before the header', () => {
  test.each([
    [
      'a title',
      '"Report_B","2015-03-13"\n"Account:","1234 / Internet"\n\n"id","name"\n1,Nut\n',
      4,
      'the 3 lines before it are',
    ],
    ['one word', 'Report\nid,name\n1,Nut\n', 2, 'the line before it is'],
    [
      'a sentence with quotes',
      'Made by the "new, better" exporter\r\nid,name\r\n1,Nut\r\n',
      2,
      'the line before it is',
    ],
    ['other delimiters', 'Report; 2015; all\nid,name\n1,Nut\n', 2, 'the line before it is'],
    ['empty cells', ',,\nid,name,note\n1,Nut,\n', 2, 'the line before it is'],
  ])('%s: found where none are declared, else the line of the header is told', async (_, content, line, words) => {
    const dialect = { sniffed: { skipRows: line - 1 }, options: `--skip-rows ${line - 1}` };
    expect(await load(content)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 }, dialect });
    const refused = await load(content, { reading: { skipRows: 0 } });
    expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'PREAMBLE' });
    expect(refused.message).toContain(`the header of the table is line ${line}; ${words} no part of the table`);
    expect(refused.message).toContain(`tail -n +${line} FILE > NEW_FILE`);
    const left = content
      .split('\n')
      .slice(line - 1)
      .join('\n');
    expect(await load(left)).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  });

  test('where lines end with CR alone, the command of the message cuts as well', async () => {
    const content = 'Report\r\rid,name\r1,Nut\r';
    const { message = '' } = await load(content, { reading: { skipRows: 0 } });
    const command = message.split('load what is left: ')[1] ?? '';
    const [from, to] = [await pipeline.file('titled.csv', content), join(pipeline.directory, 'cut.csv')];
    execFileSync('sh', ['-c', command.replace('NEW_FILE', '"$2"').replace('FILE', '"$1"'), 'sh', from, to]);
    expect(await load(await readFile(to, 'utf8'))).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  });

  test('none of them is passed over that may be a record of the table', async () => {
    const refused = await load('7,Bolt,x\nid,name,note\n1,Nut,\n');
    expect(refused).toMatchObject({ outcome: 'REJECTED', code: 'PREAMBLE' });
  });

  test('a header that is wrong is not taken for one', async () => {
    expect(await load('id,nmae\n1,Nut\n2,Bolt\n')).toMatchObject({ code: 'UNKNOWN_COLUMN' });
  });
});

test('a record with an empty cell too many is told that it ends with a delimiter', async () => {
  const { loadId } = await load('id,name\n1,Nut,\n2,Bolt,x\n3,Cog\n');
  const rejects = await pipeline.rows<{ message: string }>(
    sql`select reasons->0->>'message' as message from landfall.rejects where (load_id = ${loadId}) order by line`,
  );
  expect(rejects.map(({ message }) => message)).toEqual([
    '3 cells where the header has 2; the one too many is empty, the record ends with a delimiter: if all do, end the header with one too',
    '3 cells where the header has 2; a cell that holds the delimiter must be quoted',
  ]);
});
