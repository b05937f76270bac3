import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { history } from '../../functions/operate/verbs/history.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { askVerb, undoLoad } from '../support/undone.ts';

// One database for all: each table has its loads, and a row's history is of the loads of its table.

interface Told {
  readonly key: readonly object[];
  readonly rows: number;
  readonly entries: readonly (Record<string, unknown> & { readonly read: string | null })[];
  readonly notes: readonly string[];
  readonly more: boolean;
}

let pipeline: Pipeline;
const loads: Record<string, number> = {};
const paths: Record<string, string> = {};

async function load(name: string, content: string, request: Partial<LoadRequest>): Promise<void> {
  const path = await pipeline.file(`${name}.csv`, content);
  const { loadId, outcome } = await pipeline.load(path, request);
  expect(outcome, name).toBe('LOADED');
  if (loadId === null) throw new Error(`${name} has no load`);
  [loads[name], paths[name]] = [loadId, path];
}

const ask = async (target: string, key: string, more: object = {}): Promise<Told> =>
  (await askVerb(pipeline, 'history', { target, key, ...more })) as Told;

/** What a shell prints that runs the command of an entry. */
const shell = (read: unknown): string => execFileSync('sh', ['-c', String(read)], { encoding: 'utf8' });

beforeAll(async () => {
  pipeline = await testPipeline(
    `create table public.plain (id integer primary key, n integer, secret text);
     create table public.placed (shop text, day date, n numeric(6,2), load_no bigint, src text, line_no integer, rec integer, primary key (shop, day));
     create table public.only_source (id integer primary key, n integer, src text);
     create table public.two (a integer unique, b integer unique);
     create domain public.small as integer check (value < 100);
     create table public.odd (id public.small primary key, j json, code character varying(3) unique);
     create table public.never (id integer primary key)`,
    { waits: 0.05 },
  );
  const plain = { into: 'public.plain', businessKey: ['id'], sensitive: ['secret'] };
  await load('first', 'id,n,secret\n1,1,s1\n2,2,s2\n3,3,s3\n', plain);
  await load('kept', 'id,n,secret\n1,10,t1\n4,4,t4\n', { ...plain, undo: true });
  await load('faulty', 'id,n,secret\n9,9,\n2,x,hush\n7,7,\n7,8,\n', plain);
  await load('same', 'id,n,secret\n3,3,s3\n', plain);
  await load('undone', 'id,n,secret\n5,5,u\n6,6,u\n', { ...plain, undo: true });
  await pipeline.run('update public.plain set n = 55 where id = 5');
  await undoLoad(pipeline, loads['undone'] ?? null);
  const lineage = { load_no: 'load-id', src: 'object-key', line_no: 'line', rec: 'record' } as const;
  const placed = { into: 'public.placed', businessKey: ['shop', 'day'], lineage };
  await load('march', 'shop,day,n\n"a,b",2026-03-01,1\nc,2026-03-01,2\n', placed);
  await load('april', 'shop,day,n\nd,2026-04-01,3\n\nc,2026-03-01,4\n', { ...placed, undo: true });
  await load('source', 'id,n\n1,1\n', {
    into: 'public.only_source',
    businessKey: ['id'],
    lineage: { src: 'object-key' },
  });
  await load('by-a', 'a,b\n1,2\n', { into: 'public.two', businessKey: ['a'] });
  await load('by-b', 'a,b\n3,4\n', { into: 'public.two', businessKey: ['b'], undo: true });
  await load('odd', 'id,code\n1,abc\n', { into: 'public.odd', businessKey: ['id'] });
}, 60_000);
afterAll(() => pipeline.end());

describe('without columns that say it', () => {
  it('names the journal, with what the row was, and other loads as those that may have written it', async () => {
    const { rows, key, entries, notes, more } = await ask('plain', '01');
    expect({ rows, key, notes, more }).toEqual({
      rows: 1,
      key: [{ column: 'id', value: '1' }],
      notes: [],
      more: false,
    });
    // `same` wrote nothing, `faulty` wrote other rows for all that is known, `undone` was undone
    expect(entries.map(({ loadId, did, known }) => [loadId, did, known])).toEqual([
      [loads['first'], 'may-have-written', 'candidate'],
      [loads['kept'], 'updated', 'journal'],
      [loads['faulty'], 'may-have-written', 'candidate'],
      [loads['undone'], 'may-have-written', 'candidate'],
    ]);
    expect(entries[1]).toMatchObject({
      before: { id: '1', n: '1', secret: '(hidden)' },
      isNow: true,
      object: paths['kept'],
    });
    expect(entries[0]?.['why']).toBe('it wrote 3 rows, and without undo the ledger keeps no keys of them');
    expect(entries[3]?.['why']).toMatch(/^it was undone at .* by ana@laptop, so what it wrote is as before/);
    const found = await ask('plain', '1');
    expect(shell(found.entries[0]?.read)).toBe('2:1,1,s1\n');
  });

  it('says what inserted a row, and that it is another one since', async () => {
    expect((await ask('plain', '4')).entries).toContainEqual(
      expect.objectContaining({ loadId: loads['kept'], did: 'inserted', known: 'journal', before: null, isNow: true }),
    );
    await pipeline.run('update public.plain set n = 44 where id = 4');
    expect((await ask('plain', '4')).entries).toContainEqual(
      expect.objectContaining({ loadId: loads['kept'], did: 'inserted', isNow: false }),
    );
  });

  it('finds records of the quarantine, with the command that shows each', async () => {
    const { rows, entries } = await ask('plain', '2');
    const rejected = entries.filter(({ known }) => known === 'quarantine');
    expect({ rows, rejected }).toMatchObject({
      rows: 1,
      rejected: [
        { loadId: loads['faulty'], did: 'rejected', recordNo: 2, line: 3, bytes: { from: 17, to: 25, of: 'record' } },
      ],
    });
    expect(rejected[0]?.['why']).toBe(
      "the quarantine has the record: INVALID_INTEGER: n: 'x' is not a whole number in digits",
    );
    expect(shell(rejected[0]?.read)).toBe('2,x,hush');
    expect((await ask('plain', '7')).entries).toContainEqual(
      expect.objectContaining({ loadId: loads['faulty'], did: 'duplicate', recordNo: 3, known: 'quarantine' }),
    );
  });

  it('says what an undo left, and of a row that is gone that there is none', async () => {
    expect((await ask('plain', '5')).entries).toContainEqual(
      expect.objectContaining({
        loadId: loads['undone'],
        did: 'undone',
        known: 'undo',
        why: 'its undo lists the row: others wrote the row since the load did',
      }),
    );
    const { rows, ...told } = await ask('plain', '6');
    expect(rows).toBe(0);
    const view = { folder: '/', command: (rest: string) => `landfall ${rest}` };
    expect(history.show({ target: 'public.plain', rows, ...told }, view)).toMatch(
      /^public\.plain, id = 6: no row has this key now\n/,
    );
  });

  it('looks at as many loads as it was asked, and hides a key that is sensitive', async () => {
    const { entries, more } = await ask('plain', '1', { most: 4 });
    expect(entries.map(({ loadId }) => loadId)).not.toContain(loads['first']);
    expect(more).toBe(true);
    const hidden = await ask('plain', 't1', { columns: 'secret' });
    expect(hidden).toMatchObject({ rows: 1, key: [{ column: 'secret', value: null }] });
    expect(JSON.stringify(hidden)).not.toMatch(/\bt1\b/);
  });
});

describe('with columns that say where a row came from', () => {
  it('says load, object, line, record and the bytes of its slice, and the command that shows the line', async () => {
    const { rows, entries } = await ask('public.placed', 'c,2026-03-01');
    expect(rows).toBe(1);
    expect(entries).toHaveLength(3);
    expect(entries).toMatchObject([
      {
        loadId: loads['march'],
        did: 'wrote',
        known: 'lineage',
        line: 3,
        recordNo: 2,
        why: `columns of the row said so before, as the journal of load ${loads['april']} keeps it (load_no)`,
      },
      {
        loadId: loads['april'],
        did: 'wrote',
        known: 'lineage',
        object: paths['april'],
        line: 4,
        recordNo: 2,
        bytes: { from: 11, to: 42, of: 'slice' },
      },
      {
        loadId: loads['april'],
        did: 'updated',
        known: 'journal',
        before: { n: '2.00', load_no: String(loads['march']), line_no: '3' },
        isNow: true,
      },
    ]);
    expect(shell(entries[1]?.read)).toBe('c,2026-03-01,4\n');
  });

  it('takes a value with a comma in quotes, and says what is wrong with others', async () => {
    expect(await ask('placed', '"a,b",1 March 2026')).toMatchObject({
      rows: 1,
      entries: [{ loadId: loads['march'], did: 'wrote', line: 2 }],
    });
    await expect(ask('placed', 'c')).rejects.toThrow(
      '--key has 1 value, and the key is (shop, day): give 2, between commas and in this order',
    );
    await expect(ask('placed', '"c,1')).rejects.toThrow('a quote is left open');
    await expect(ask('placed', 'c,yesterdayish')).rejects.toThrow('--key: "yesterdayish" is no value of day (date)');
  });

  it('finds the load by its object where the row names no load', async () => {
    expect((await ask('only_source', '1')).entries).toMatchObject([
      { loadId: loads['source'], did: 'wrote', known: 'lineage', line: null, read: null },
    ]);
    await pipeline.run(`update public.only_source set src = '/elsewhere.csv'`);
    expect((await ask('only_source', '1')).entries).toContainEqual(
      expect.objectContaining({
        loadId: null,
        object: '/elsewhere.csv',
        why: 'columns of the row say so (src); no load that was looked at is of this object',
      }),
    );
  });
});

describe('what cannot be asked', () => {
  it('is refused with what to do', async () => {
    await expect(ask('plian', '1')).rejects.toThrow(/there is no table "public.plian".*public\.plain/);
    await expect(ask('never', '1')).rejects.toThrow(
      'no load and no dataset of public.never has a key, so it is not known which columns the values are of: name them with --columns, such as --columns id',
    );
    await expect(ask('two', '1')).rejects.toThrow(
      /datasets of public.two have different keys.*--columns b \(public.two\(b\)\) or --columns a \(public.two\(a\)\)/,
    );
    await expect(ask('two', '1', { columns: 'c' })).rejects.toThrow('public.two has no column "c"');
    await expect(ask('two', '1', { columns: 'a,' })).rejects.toThrow('--columns takes names between commas');
    await expect(ask('odd', '{}', { columns: 'j' })).rejects.toThrow(
      'values of "j" of public.odd (json) cannot be compared',
    );
    await expect(ask('odd', '100')).rejects.toThrow('--key: "100" is no value of id (public.small)');
    // a cast would make abc of it
    expect((await ask('odd', 'abcd', { columns: 'code' })).rows).toBe(0);
  });

  it('is said of a journal whose keys are of other columns, or whose table is another one', async () => {
    const { entries } = await ask('two', '3', { columns: 'a' });
    expect(entries).toContainEqual(
      expect.objectContaining({
        loadId: loads['by-b'],
        did: 'may-have-written',
        why: `the key of load ${loads['by-b']} is (b), so rows that it inserted are not found by a`,
      }),
    );
    expect((await ask('two', '4', { columns: 'b' })).entries).toContainEqual(
      expect.objectContaining({ loadId: loads['by-b'], did: 'inserted', known: 'journal' }),
    );
    await pipeline.run('drop table public.two; create table public.two (a integer, b integer)');
    expect((await ask('two', '4', { columns: 'b' })).entries).toContainEqual(
      expect.objectContaining({ why: expect.stringContaining('the table was made anew since load') as string }),
    );
    await pipeline.run('drop table public.two');
    await expect(ask('two', '4', { columns: 'b' })).rejects.toThrow(
      `there is no table public.two any more, so rows of it cannot be told of. Loads wrote it, the last of them load ${loads['by-b']}`,
    );
  });
});
