import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { sql } from '../../functions/core/sql.ts';
import { readExamples } from '../../functions/operate/rejected/examples.ts';
import { operate } from '../../functions/operate/operate.ts';
import { operateVerbs } from '../../functions/operate/verbs/all.ts';
import { summary } from '../../functions/words/summary.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';

// Every cell of the sensitive columns has the canary: it is in the table and in the bytes of the quarantine, and nowhere else.

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline(`
    create table public.parents (name text primary key);
    insert into public.parents values ('canary parent');
    create table public.t (
      id integer primary key,
      name text references public.parents,
      salary integer check (salary < 1000000),
      born date,
      email text unique,
      note text,
      check (note <> 'same' or name is null or length(name) < 3)
    );
    create function public.refuse() returns trigger language plpgsql as $$
      begin
        if new.note = 'trigger' then raise exception 'no % here', new.email using detail = new.email; end if;
        return new;
      end $$;
    create trigger refuse before insert on public.t for each row execute function public.refuse()`);
});
afterEach(() => pipeline.end());

const request: Partial<LoadRequest> = {
  into: 'public.t',
  businessKey: ['id'],
  sensitive: ['name', 'salary', 'born', 'email'],
  clean: { name: ['trim'] },
};

const answerOf = async (verb: string, input: object): Promise<unknown> =>
  await pipeline.connect((db) =>
    operate(
      { verb, input, by: 'ana' },
      {
        db,
        place: 'test',
        ledgerOwner: null,
        executions: {
          start: async () => '',
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

/** All that is shown of a load, to whomever. */
async function shownOf(report: LoadReport): Promise<Readonly<Record<string, string>>> {
  const view = { folder: pipeline.directory, command: (rest: string) => rest };
  const shown = async (verb: string, input: object): Promise<string> => {
    const answer = await answerOf(verb, input);
    return `${JSON.stringify(answer)}\n${operateVerbs.find(({ name }) => name === verb)?.show(answer, view) ?? ''}`;
  };
  const { loadId } = report;
  const examples = await pipeline.connect((db) => readExamples(db, report));
  return {
    report: await readFile(report.reportPath ?? '', 'utf8'),
    rejects: report.rejectsPath === null ? '' : await readFile(report.rejectsPath, 'utf8'),
    summary: summary(report, { ...view, examples, milliseconds: 1 }),
    'verb rejects': await shown('rejects', { loadId, most: 100 }),
    'verb rejects of duplicates': await shown('rejects', { loadId, kind: 'duplicate', most: 100 }),
    'verb explain': await shown('explain', { loadId }),
    'verb list': await shown('list', {}),
    reasons: JSON.stringify(await pipeline.rows(sql`select reasons from landfall.rejects`)),
    loads: JSON.stringify(await pipeline.rows(sql`select * from landfall.loads`)),
    slices: JSON.stringify(await pipeline.rows(sql`select * from landfall.slices`)),
    batches: JSON.stringify(await pipeline.rows(sql`select * from landfall.batches`)),
    operations: JSON.stringify(await pipeline.rows(sql`select * from landfall.operations`)),
  };
}

const csv = [
  'id,name,salary,born,email,note',
  '1, canary parent ,1,2000-01-01,canary@1,fine',
  '2,canary orphan,1,,canary@2,',
  '3,,4711x,,canary@3,',
  '4,,4711000,,canary@4,',
  '5,,1,canary,canary@5,',
  '6,canary parent,1,,canary@6,same',
  '7,,1,,canary@1,taken',
  '8,,1,,canary@8,trigger',
  '9,,1,,canary@9,one',
  '9,,1,,canary@9,two',
  'canary of a key,,1,,canary@10,',
  '11,canary,canary',
  '12,can"ary,1,,canary@12,',
].join('\n');

describe('what is sensitive', () => {
  it('stands in the table and in the bytes of the quarantine, and is shown nowhere', async () => {
    const report = await pipeline.load(await pipeline.file('a.csv', csv.replace('canary of a key', 'x')), request);
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 13, duplicate: 1 } });
    const codes = report.rejectsByCode.map(({ code }) => code);
    for (const code of ['FOREIGN_KEY', 'CHECK', 'INVALID_INTEGER', 'INVALID_DATE', 'TARGET_REFUSED'])
      expect(codes).toContain(code);
    for (const [where, text] of Object.entries(await shownOf(report)))
      expect([where, /.{0,80}(?:canary|4711).{0,40}/i.exec(text)?.[0]]).toEqual([where, undefined]);
    expect(await readFile(report.rejectsPath ?? '', 'utf8')).toContain('(hidden)');
    const kept = await pipeline.rows(sql`select from landfall.rejects where (raw::text like ${'%63616e617279%'})`);
    expect(kept.length).toBeGreaterThan(5);
  });

  it('is not shown as a sum of one record, neither where it is met nor where it is not', async () => {
    const path = await pipeline.file('sum.csv', 'id,salary\n1,47110\nT,47110\n');
    const reading = { trailerRows: 1, trailerTotals: { sums: { salary: 2 } } };
    const met = await pipeline.load(path, { ...request, reading });
    expect(met.control?.sums).toEqual([
      { column: 'salary', expected: '(hidden)', source: '(hidden)', staging: '(hidden)', table: '(hidden)' },
    ]);
    const wrong = await pipeline.file('wrong.csv', 'id,salary\n1,47110\nx,47110\nT,47111,47.11\n');
    const records = { trailerRows: 1, trailerTotals: { records: 3, sums: { salary: 2, none: 3 } } };
    const refused = await pipeline.load(wrong, { ...request, reading: records });
    expect(refused.message).toContain('the sum of salary should be (hidden), and it is another');
    expect(refused.message).toContain('the sum of none should be (hidden), and the table has no column "none"');
    expect(refused.message).toContain('the number of records is no whole number');
    const unknown = await pipeline.file('unknown.csv', 'id,salary\n1,47110\n2,x\nT,47111\n');
    const lost = await pipeline.load(unknown, { ...request, reading });
    expect(lost.message).toContain('the sum of salary should be (hidden), and nobody can know it');
    for (const each of [met, refused, lost]) {
      // the ledger compares with them, and is no place where they are shown
      const { loads: _figures, batches: _receipts, ...shown } = await shownOf(each);
      for (const [where, text] of Object.entries(shown))
        expect([where, /.{0,80}(?:4711|94220|47\.11).{0,40}/i.exec(text)?.[0]]).toEqual([where, undefined]);
      expect(each.message ?? '').not.toMatch(/4711|94220|47\.11/);
    }
  });

  it('is not shown as a key either, nor of JSON lines', async () => {
    const keyed = { ...request, into: 'public.k', businessKey: ['name'], sensitive: ['name'], clean: {} };
    await pipeline.run('create table public.k (name text primary key, n integer)');
    const report = await pipeline.load(await pipeline.file('k.csv', 'name,n\ncanary,1\ncanary,2\ncanary 2,x\n'), keyed);
    expect(report.counts).toMatchObject({ duplicate: 1, rejected: 1 });
    const lines =
      '{"name":"canary","n":5}\n{"name":"canary 3","n":"y"}\n{"name":"canary 4","n":6,"z":"canary"}\n{"name":"canary",\n';
    const json = await pipeline.load(await pipeline.file('k.ndjson', lines), { ...keyed, format: 'ndjson' });
    expect(json.counts.rejected).toBe(3);
    for (const each of [report, json])
      for (const [where, text] of Object.entries(await shownOf(each)))
        expect([where, /.{0,80}(?:canary|4711).{0,40}/i.exec(text)?.[0]]).toEqual([where, undefined]);
  });

  it('is not shown by reasons that are found over the whole load, of a table that refers to itself', async () => {
    await pipeline.run(
      'create table public.s (id text primary key, up text references public.s, n integer, other text, foreign key (other) references public.s)',
    );
    const file =
      'id,up,n,other\ncanary 1,canary 9,1,\ncanary 2,canary 1,1,canary 1\ncanary 3,canary 8,x,canary 7\n4,,1,\n';
    const report = await pipeline.load(await pipeline.file('s.csv', file), {
      ...{ into: 'public.s', businessKey: ['id'], sensitive: ['id', 'up', 'other'] },
    });
    expect(report.counts).toMatchObject({ records: 4, rejected: 3, inserted: 1 });
    const found = await pipeline.rows(sql`
      select record_no, count(*)::integer as reasons
      from landfall.rejects cross join jsonb_array_elements(reasons) as reason
      where (reason ? 'constraint') group by 1 order by 1`);
    expect(found).toEqual([
      { record_no: 1, reasons: 1 },
      { record_no: 2, reasons: 2 },
      { record_no: 3, reasons: 2 },
    ]);
    for (const [where, text] of Object.entries(await shownOf(report)))
      expect([where, /.{0,80}canary.{0,40}/i.exec(text)?.[0]]).toEqual([where, undefined]);
  });

  it('is not shown by the words of code of the target that refuses the load', async () => {
    await pipeline.run(`
      create function public.broken() returns trigger language plpgsql as $$
        begin raise exception 'no % here', translate(new.name, '_', '') using errcode = '42704'; end $$;
      create table public.b (id integer primary key, name text);
      create trigger broken before insert on public.b for each row execute function public.broken();
      create function public.writes(text) returns boolean language plpgsql as $$
        begin raise exception 'no: % (SQLSTATE 25006, here)', translate($1, '_', '') using errcode = '25006'; end $$;
      create table public.c (id integer primary key, name text check (public.writes(name)))`);
    const path = await pipeline.file('b.csv', 'id,name\n1,ca_nary\n2,ca_nary\n');
    const broken = await pipeline.load(path, { into: 'public.b', businessKey: ['id'], sensitive: ['name'] });
    const writes = await pipeline.load(path, {
      ...{ into: 'public.c', businessKey: ['id'], sensitive: ['name'], dryRun: true },
    });
    expect(broken).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
    expect(broken.message).toContain('can be stored: (hidden) (SQLSTATE 42704, PL/pgSQL function broken()');
    expect(writes).toMatchObject({ outcome: 'REJECTED', code: 'TARGET_CODE' });
    expect(writes.message).toContain('a dataset only reads: (hidden) (SQLSTATE 25006');
    for (const report of [broken, writes])
      for (const [where, text] of Object.entries(await shownOf(report)))
        expect([where, /.{0,80}canary.{0,40}/i.exec(text)?.[0]]).toEqual([where, undefined]);
  });

  it('keeps its own bytes where a mended rejects.csv shows it hidden', async () => {
    await pipeline.run('create table public.k (id integer primary key, name text, n integer)');
    const keyed = { into: 'public.k', businessKey: ['id'], sensitive: ['name'] };
    const { rejectsPath } = await pipeline.load(await pipeline.file('k.csv', 'id,name,n\n1,canary,x\n2,b,2\n'), keyed);
    const text = await readFile(rejectsPath ?? '', 'utf8');
    const report = await pipeline.load(await pipeline.file('mended.csv', text.replace(',x,', ',1,')), keyed);
    expect(report.counts).toMatchObject({ records: 1, inserted: 1 });
    expect(await pipeline.rows(sql`select name, n from public.k where (id = 1)`)).toEqual([{ name: 'canary', n: 1 }]);
  });

  it('is a column of the table: another name is refused', async () => {
    const report = await pipeline.load(await pipeline.file('a.csv', csv), { ...request, sensitive: ['emial'] });
    expect(report.message).toContain('columns.sensitive names "emial"');
    expect(report.message).toContain('email');
  });
});
