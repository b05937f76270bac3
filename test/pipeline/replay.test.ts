import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { sql } from '../../functions/core/sql.ts';
import { readLoadReport } from '../../functions/ledger/loads/summary.ts';
import { operate } from '../../functions/operate/operate.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Rejects that come back: judged again as the quarantine keeps them, as old as the load that rejected them.

const into = { into: 'public.t', businessKey: ['id'] };

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline(`
    create table public.p (id integer primary key);
    insert into public.p values (1);
    create table public.t (id integer primary key, n numeric(6,2) not null, note text, p integer references public.p)`);
});
afterEach(() => pipeline.end());

const rows = (): Promise<object[]> => pipeline.rows(sql`select id, n::float8 as n, note, p from public.t order by id`);
const touched = (): Promise<object[]> => pipeline.rows(sql`select count(*), sum(xmin::text::bigint) from public.t`);
const open = (loadId: number): Promise<object[]> =>
  pipeline.rows(sql`
    select record_no, array(select reason ->> 'code' from jsonb_array_elements(reasons) as reason) as codes
    from landfall.rejects
    where (load_id = ${loadId}) and (kind = 'reject') and (closed_by is null)
    order by record_no`);

/** What the verb answers, and the report of what it started, which has ended. */
async function replay(
  loadId: number,
  input: { readonly codes?: readonly string[]; readonly file?: string } = {},
): Promise<{ answer: unknown; report: LoadReport | null }> {
  const requests: LoadRequest[] = [];
  const { file, ...rest } = input;
  const answer = await pipeline.connect((db) =>
    operate(
      {
        verb: 'replay',
        input: { loadId, ...rest, ...(file && { file: { bucket: 'file://', key: file } }) },
        by: 'ana',
      },
      {
        db,
        place: 'test',
        ledgerOwner: null,
        executions: {
          start: async (request) => `execution ${requests.push(request)}`,
          stop: async () => undefined,
          lookAt: async () => null,
        },
        objects: { bucket: 'file://', sources: null, list: () => ReadableStream.from([]) },
        datasets: [],
        ownerIsAlive: () => true,
        now: () => new Date(),
        millisecondsLeft: () => Infinity,
        recordBytes: 1_000_000,
      },
    ),
  );
  const [request] = requests;
  if (request === undefined) return { answer, report: null };
  const result = await pipeline.execute(request);
  if (result.status !== 'SUCCEEDED') throw new Error(`the execution ended ${JSON.stringify(result)}`);
  const output = result.output as { loadId: number; outcome: LoadReport['outcome'] };
  const report = await pipeline.connect((db) => readLoadReport(db, output.loadId));
  return { answer, report: { ...report, outcome: output.outcome } };
}

describe('open rejects that are judged again as they are kept', () => {
  it('stay rejects where they have bytes of no character, until a mended file has another cell', async () => {
    const bytes = Buffer.from('id,n,note,p\n1,1,a\x81b,\n2,2,caf\xe9,\n', 'latin1');
    const { loadId } = await pipeline.load(await pipeline.file('a.csv', bytes), {
      ...into,
      delimiter: ',',
      quote: '"',
      reading: { encoding: 'windows-1252' },
    });
    expect((await replay(loadId ?? 0)).report).toMatchObject({ counts: { records: 1, rejected: 1 } });
    expect(await open(loadId ?? 0)).toEqual([{ record_no: 1, codes: ['INVALID_ENCODING'] }]);
    const { rejectsPath } = await pipeline.connect((db) => readLoadReport(db, loadId ?? 0));
    const shown = await readFile(rejectsPath ?? '', 'utf8');
    expect(shown).toContain('a\ufffdb');
    const file = await pipeline.file('mended.csv', shown.replace('a\ufffdb', 'aéb'));
    expect((await replay(loadId ?? 0, { file })).report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
    expect(await rows()).toMatchObject([
      { id: 1, note: 'aéb' },
      { id: 2, note: 'café' },
    ]);
  });

  it('are merged once their parent is there, and the same again does nothing', async () => {
    const path = await pipeline.file('a.csv', 'id,n,note,p\n1,1,x,1\n2,2,"q""q, é\nn",9\n3,zz,,\n4,4,"",9\n');
    const { loadId, counts } = await pipeline.load(path, into);
    expect(counts).toMatchObject({ records: 4, rejected: 3, inserted: 1 });
    await pipeline.run('insert into public.p values (9)');
    const { report } = await replay(loadId ?? 0, { codes: ['FOREIGN_KEY'] });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 2, inserted: 2, rejected: 0 } });
    expect(await rows()).toEqual([
      { id: 1, n: 1, note: 'x', p: 1 },
      { id: 2, n: 2, note: 'q"q, é\nn', p: 9 },
      { id: 4, n: 4, note: '', p: 9 },
    ]);
    expect(await open(loadId ?? 0)).toEqual([{ record_no: 3, codes: ['INVALID_NUMBER'] }]);
    const before = await touched();
    expect(await replay(loadId ?? 0, { codes: ['FOREIGN_KEY'] })).toEqual({
      answer: { loadId, records: 0, executionId: null },
      report: null,
    });
    expect(await touched()).toEqual(before);
  });

  it.each([
    [
      { reading: { escape: '\\', comment: '#', skipRows: 1 } },
      'title\n#\nid,n,note,p\n1,1,"\\"q\\\\",9\n2,2,x,1\n',
      '"q\\',
    ],
    [{ delimiter: '~|~' }, 'id~|~n~|~note~|~p\n1~|~1~|~"q~|~"~|~9\n2~|~2~|~x~|~1\n', 'q~|~'],
    [{ quote: "'" }, "id,n,note,p\n1,1,'it''s, \"so\"',9\n2,2,x,1\n", 'it\'s, "so"'],
  ] as const)('stand in the dialect of their file, such as %j', async (dialect, text, note) => {
    const { loadId } = await pipeline.load(await pipeline.file('a.csv', text), { ...into, ...dialect });
    await pipeline.run('insert into public.p values (9)');
    const { report } = await replay(loadId ?? 0);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 1, inserted: 1 } });
    expect(await rows()).toMatchObject([{ id: 1, note, p: 9 }, { id: 2 }]);
  });

  it('stay open where they break a rule again, under their own load and with the reasons of today', async () => {
    const path = await pipeline.file('a.csv', 'id,n,p\n1,1,9\n2,zz,\n');
    const { loadId } = await pipeline.load(await pipeline.file('b.csv', 'id,n,p\n7,7,\n'), into);
    expect(await open(loadId ?? 0)).toEqual([]);
    const first = await pipeline.load(path, { ...into, limits: { allowAllRejected: true } });
    await pipeline.run('alter table public.t add constraint small check (id <> 1)');
    const { report } = await replay(first.loadId ?? 0);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 2, rejected: 2 } });
    expect(await open(first.loadId ?? 0)).toEqual([
      { record_no: 1, codes: ['CHECK', 'FOREIGN_KEY'] },
      { record_no: 2, codes: ['INVALID_NUMBER'] },
    ]);
    expect(await open(report?.loadId ?? 0)).toEqual([]);
  });

  it('overwrite what was there before their load, and nothing that came after it', async () => {
    await pipeline.run(`insert into public.t values (1, 0, 'old'), (2, 0, 'old'), (3, 0, 'old')`);
    const path = await pipeline.file('a.csv', 'id,n,note,p\n1,1,a,9\n2,2,a,9\n3,3,a,9\n4,4,a,9\n5,5,a,9\n6,6,a,\n');
    const { loadId } = await pipeline.load(path, into);
    await pipeline.load(await pipeline.file('b.csv', 'id,n,note\n2,20,newer\n4,40,newer\n'), into);
    await pipeline.run(`update public.t set note = 'somebody' where id = 3; insert into public.p values (9)`);
    const { report } = await replay(loadId ?? 0);
    expect(report?.counts).toMatchObject({ records: 5, updated: 1, inserted: 1, stale: 3, rejected: 0 });
    expect(await pipeline.rows(sql`select id, note from public.t order by id`)).toEqual([
      { id: 1, note: 'a' },
      { id: 2, note: 'newer' },
      { id: 3, note: 'somebody' },
      { id: 4, note: 'newer' },
      { id: 5, note: 'a' },
      { id: 6, note: 'a' },
    ]);
    expect(await open(loadId ?? 0)).toEqual([]);
  });

  it('leave a row alone that somebody writes between the judging and the merge', async () => {
    await pipeline.run(`insert into public.t values (1, 0, 'old')`);
    const { loadId } = await pipeline.load(
      await pipeline.file('a.csv', 'id,n,note,p\n1,1,a,9\n2,2,a,9\n3,3,b,\n'),
      into,
    );
    await pipeline.run('insert into public.p values (9)');
    pipeline.before = async ({ event }) => {
      if (event['state'] !== 'MergeLane') return;
      pipeline.before = null;
      await pipeline.run(`update public.t set note = 'mine' where id = 1; insert into public.t values (2, 0, 'mine')`);
    };
    const { report } = await replay(loadId ?? 0);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { stale: 2, updated: 0, inserted: 0 } });
    expect(await pipeline.rows(sql`select note from public.t order by id`)).toEqual([
      { note: 'mine' },
      { note: 'mine' },
      { note: 'b' },
    ]);
  });

  it('are not asked for what holds of a whole file', async () => {
    const path = await pipeline.file('a.csv', 'id,n,p\n1,1,\n2,2,9\n');
    const limits = { minRecords: 2, maxRejects: 1 };
    const { loadId } = await pipeline.load(path, { ...into, limits, control: { records: 2 } });
    expect((await replay(loadId ?? 0)).report).toMatchObject({ outcome: 'LOADED', counts: { rejected: 1 } });
    await pipeline.run('insert into public.p values (9)');
    expect((await replay(loadId ?? 0)).report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 1 } });
  });

  it('are refused where the dataset of their load is not declared any more', async () => {
    const { loadId } = await pipeline.load(await pipeline.file('a.csv', 'id,n\n1,1\n2,zz\n'), into);
    await pipeline.run(`update landfall.loads set request = request - 'into' - 'businessKey' || '{"dataset": "gone"}'`);
    const words = `nothing of load ${loadId} is judged again: its dataset gone is not declared here: declare it again`;
    await expect(replay(loadId ?? 0)).rejects.toThrow(words);
    const file = await pipeline.file('mended.csv', 'landfall.record,n\n2,2\n');
    await expect(replay(loadId ?? 0, { file })).rejects.toThrow(words);
    expect(await pipeline.rows(sql`select load_id from landfall.loads`)).toHaveLength(1);
  });

  it('are refused where their load did not load, or is a replay itself', async () => {
    const dry = await pipeline.load(await pipeline.file('a.csv', 'id,n\n1,1\n2,zz\n'), { ...into, dryRun: true });
    await expect(replay(dry.loadId ?? 0)).rejects.toThrow('is DRY_RUN');
    const { loadId } = await pipeline.load(await pipeline.file('b.csv', 'id,n\n1,1\n2,zz\n'), into);
    const { report } = await replay(loadId ?? 0);
    await expect(replay(report?.loadId ?? 0)).rejects.toThrow(`landfall replay ${loadId}`);
  });
});

describe('a mended rejects.csv', () => {
  const source =
    'id,n,note,p\n1,1,ok,\n2,"1,5","=1+1",\n3,zz,,\n4,x,"",1\n5,y,"q""q,\r\n é",\n6,1\n7,7,parent,9\n8,bad,NULL,\n9,u,thrown,\n';
  let loadId: number;
  let lines: string[][];
  beforeEach(async () => {
    const report = await pipeline.load(await pipeline.file('a.csv', source), into);
    loadId = report.loadId ?? 0;
    lines = csv(await readFile(report.rejectsPath ?? '', 'utf8'));
  });

  /** As a spreadsheet saves it: every cell between quotes, a byte order mark, CRLF. */
  const saved = async (name: string, sheet: readonly (readonly string[])[], separator = ','): Promise<string> => {
    const quoted = sheet.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator));
    return await pipeline.file(name, `\uFEFF${quoted.join('\r\n')}\r\n`);
  };
  const at = (header: string): number => lines[0]?.lastIndexOf(header) ?? -1;
  const lineOf = (id: string): string[] => lines.find((cells) => cells[at('id')] === id) ?? [];
  const mend = (id: string, column: string, text: string): void => void (lineOf(id)[at(column)] = text);

  it('has the header of the source between columns that no source has', () => {
    expect(lines[0]).toEqual([
      ...['landfall.load', 'landfall.line', 'landfall.record', 'landfall.codes', 'landfall.reasons'],
      ...['id', 'n', 'note', 'p', 'landfall.whole_record'],
    ]);
    expect(lineOf('2').slice(0, 3)).toEqual([String(loadId), '3', '2']);
    expect(lines.at(5)?.at(-1)).toBe('6,1');
  });

  it.each([',', ';', '\t'])('closes exactly what it mends, saved with %j between cells', async (separator) => {
    mend('2', 'n', '1.50');
    mend('3', 'n', '3');
    mend('4', 'n', '4');
    mend('5', 'n', '5');
    mend('8', 'n', 'still bad');
    const whole = lines.find((cells) => cells.at(-1) === '6,1') ?? [];
    whole[whole.length - 1] = '6,6,six,';
    const path = await saved(
      'mended.csv',
      lines.filter((cells) => cells[at('id')] !== '9'),
      separator,
    );
    const { report } = await replay(loadId, { file: path });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { records: 7, inserted: 5, rejected: 2 },
      replay: { of: loadId, records: 7, left: {} },
    });
    expect(await rows()).toEqual([
      { id: 1, n: 1, note: 'ok', p: null },
      { id: 2, n: 1.5, note: '=1+1', p: null },
      { id: 3, n: 3, note: null, p: null },
      { id: 4, n: 4, note: '', p: 1 },
      { id: 5, n: 5, note: 'q"q,\r\n é', p: null },
      { id: 6, n: 6, note: 'six', p: null },
    ]);
    expect(await open(loadId)).toEqual([
      { record_no: 7, codes: ['FOREIGN_KEY'] },
      { record_no: 8, codes: ['INVALID_NUMBER'] },
      { record_no: 9, codes: ['INVALID_NUMBER'] },
    ]);
    const before = await touched();
    expect((await replay(loadId, { file: path })).report?.outcome).toBe('ALREADY_LOADED');
    expect(await touched()).toEqual(before);
    // what was mended wrongly is replayed by its own bytes, and names its load and record when it comes back once more
    const again = csv(await readFile(report?.rejectsPath ?? '', 'utf8'));
    expect(again.slice(1).map((cells) => [cells[0], cells[2], cells[at('n')]])).toEqual([
      [String(loadId), '7', '7'],
      [String(loadId), '8', 'still bad'],
    ]);
    // the page names the places that rejects.csv has, and no byte of the file in between
    const page = await readFile(report?.pagePath ?? '', 'utf8');
    for (const [, line, record] of again.slice(1))
      expect(page).toContain(
        `<td class="number">${line}</td><td class="number">${record}</td><td class="number"></td>`,
      );
    for (const cells of again.slice(1)) cells[at('p')] = '';
    for (const cells of again.slice(1)) cells[at('n')] = '1';
    expect((await replay(loadId, { file: await saved('again.csv', again) })).report?.counts).toMatchObject({
      records: 2,
      inserted: 2,
    });
    expect(await open(loadId)).toHaveLength(1);
  });

  it('is known by its header where it is loaded as a file of the dataset, and is as old as its load', async () => {
    mend('2', 'n', '2');
    mend('3', 'n', '3');
    await pipeline.load(await pipeline.file('b.csv', 'id,n,note\n2,22,newer\n'), into);
    const report = await pipeline.load(await saved('rejects.csv', lines), into);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      counts: { inserted: 1, stale: 1 },
      replay: { of: loadId },
      rejects: { open: 0 },
    });
    expect((await rows()).slice(0, 3)).toEqual([
      { id: 1, n: 1, note: 'ok', p: null },
      { id: 2, n: 22, note: 'newer', p: null },
      { id: 3, n: 3, note: null, p: null },
    ]);
    expect(await pipeline.connect((db) => readLoadReport(db, loadId))).toMatchObject({
      rejects: { open: 6, closed: 2 },
    });
  });

  it('that is not in UTF-8 is refused with its lines, so that no untouched cell becomes another', async () => {
    for (const id of ['2', '3', '5', '8']) mend(id, 'n', '7');
    const utf8 = await readFile(await saved('mended.csv', lines));
    const ansi = await pipeline.file('ansi.csv', Buffer.from(utf8.subarray(3).toString('utf8'), 'latin1'));
    const refused = { outcome: 'REJECTED', code: 'REPLAY_REFUSED' };
    const { report } = await replay(loadId, { file: ansi });
    expect(report).toMatchObject(refused);
    expect(report?.message).toMatch(
      /: line 5: it is not in UTF-8, .*save it as CSV in UTF-8 \(in Excel "CSV UTF-8"\)$/,
    );
    for (const bytes of [Buffer.from(`\ufeff${utf8.toString('utf8')}`, 'utf16le'), Buffer.from('PK\x03\x04workbook')]) {
      const other = await replay(loadId, { file: await pipeline.file(`${bytes.length}.csv`, bytes) });
      expect(other.report).toMatchObject(refused);
      expect(other.report?.message).toContain('no text in UTF-8: save it as CSV');
    }
    expect(await rows()).toHaveLength(1);
    // taken for windows-1252 when it was opened, and saved in UTF-8
    const misread = new TextDecoder('windows-1252').decode(utf8.subarray(3));
    const again = await replay(loadId, { file: await pipeline.file('misread.csv', misread) });
    expect(again.report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 4 } });
    expect(await rows()).toContainEqual({ id: 5, n: 7, note: 'q"q,\r\n é', p: null });
  });

  it('is known wherever its columns stand, with others beside them, blank lines, and a line twice', async () => {
    for (const id of ['2', '3']) mend(id, 'n', '7');
    const order = [
      'n',
      'landfall.record',
      'note',
      'id',
      'landfall.reasons',
      'landfall.whole_record',
      'p',
      'landfall.load',
    ];
    const moved = lines.map((cells, i) => [
      i === 0 ? 'my notes' : 'a, "b"',
      ...order.map((name) => cells[at(name)] ?? ''),
      '',
      '',
    ]);
    const blank = moved[0]?.map(() => '') ?? [];
    const sheet = [moved[0] ?? [], blank, ...moved.slice(1), blank, moved[1] ?? [], blank];
    const report = await pipeline.load(await saved('moved.csv', sheet, ';'), into);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      replay: { of: loadId, left: { repeated: 1 } },
      counts: { inserted: 2, rejected: 6 },
    });
    expect(await rows()).toEqual([
      { id: 1, n: 1, note: 'ok', p: null },
      { id: 2, n: 7, note: '=1+1', p: null },
      { id: 3, n: 7, note: null, p: null },
    ]);
  });

  it('that is of another load, or names a record that was not rejected, is refused with all that is wrong', async () => {
    lineOf('2')[0] = '99';
    lineOf('3')[2] = '1';
    lineOf('4')[2] = 'four';
    lines.push([...lineOf('5')]);
    lines.at(-1)?.splice(at('n'), 1, '55');
    const { report } = await replay(loadId, { file: await saved('mended.csv', lines) });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'REPLAY_REFUSED' });
    for (const words of ['it is of load 99', 'rejected no record 1', 'is "four"', 'twice, and not alike'])
      expect(report?.message).toContain(words);
    expect(await rows()).toHaveLength(1);
    const other = await pipeline.load(await pipeline.file('c.csv', 'a,b\n1,2\n'), into).catch(() => null);
    expect(other?.replay).toBeUndefined();
  });
});

/** The cells of a CSV of RFC 4180, read without our own reader. */
function csv(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') lines.push([]);
  }
  return lines.filter((cells) => cells.length > 1);
}
