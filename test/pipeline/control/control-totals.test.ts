import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { sql } from '../../../functions/core/sql.ts';
import { type Pipeline, testPipeline } from '../../support/pipeline.ts';

const ddl = 'create table public.t (id int primary key, amount numeric(12,2), big bigint, note text)';

let pipeline: Pipeline;

beforeAll(async () => void (pipeline = await testPipeline(ddl)), 120_000);
afterAll(async () => await pipeline.end());
beforeEach(async () => await pipeline.run('truncate public.t; delete from landfall.loads'));

const into = { into: 'public.t', businessKey: ['id'] };
const header = 'id,amount,big,note\n';
const records = ['1,10.50,4611686018427387904,a', '2,-0.25,4611686018427387903,"b,c"', '3,,7,', '4,0.05,,d'];
const text = `${header}${records.join('\n')}\n`;
const right = { records: 4, sums: { amount: '10.30', big: '9223372036854775814' } };

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const held = async (): Promise<number> => (await pipeline.rows(sql`select from public.t`)).length;
const load = (path: string, control: LoadRequest['control'], more: Partial<LoadRequest> = {}) =>
  pipeline.load(path, { ...into, force: true, control, ...more });

describe('control totals of a request', () => {
  it('are met by the file that they are of, beyond 2^53 too, and the report shows them', async () => {
    const path = await pipeline.file('right.csv', text);
    const report = await load(path, { ...right, sha256: sha256(text) });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { records: 4, inserted: 4 } });
    expect(report.control).toMatchObject({
      from: ['the request'],
      records: { expected: 4, source: 4, staged: 4, merged: 4 },
      sums: expect.arrayContaining([
        { column: 'amount', expected: '10.30', source: '10.30', staging: '10.30', table: '10.30' },
        {
          column: 'big',
          expected: right.sums.big,
          source: right.sums.big,
          staging: right.sums.big,
          table: right.sums.big,
        },
      ]),
      sha256: { expected: sha256(text), source: sha256(text) },
    });
  });

  it.each([
    ['an altered cell', text.replace('10.50', '10.51')],
    ['a missing record', text.replace(`${records[1]}\n`, '')],
    ['a doubled record', `${text}${records[0]}\n`],
  ])('refuse a file with %s, with the target untouched', async (_, altered) => {
    const path = await pipeline.file('altered.csv', altered);
    const report = await load(path, { sums: right.sums });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    expect(report.message).toContain('the sum of amount should be 10.30, and it is ');
    expect(await held()).toBe(0);
  });

  it('refuse a file for the last digit of a bigint', async () => {
    const path = await pipeline.file('digit.csv', text.replace('4611686018427387904', '4611686018427387905'));
    const report = await load(path, { sums: { big: right.sums.big } });
    expect(report.message).toContain('should be 9223372036854775814, and it is 9223372036854775815');
  });

  it('that disagree are told all at once, beside what else refuses the load', async () => {
    const path = await pipeline.file('all.csv', text.replace(`${records[0]}\n`, 'x,1,1,e\n'));
    const report = await load(
      path,
      { records: 5, sums: { ...right.sums, note: '1', nothing: '2' }, sha256: sha256('another') },
      { limits: { maxRejects: 0 } },
    );
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    expect(report.message?.replace(/rejects \d+/, 'rejects N')).toMatchInlineSnapshot(`
      "the request: 5 records expected, and the file has 4
      the request: the sum of big should be 9223372036854775814, and it is 4611686018427387911
      the request: the sum of note should be 1, and column "note" is text, and only integers and numeric have an exact sum
      the request: the sum of amount should be 10.30, and it is 0.80
      the request: the sum of nothing should be 2, and the table has no column "nothing" that a file fills
      the request: the sha256 should be ae448ac86c4e8e4dec645729708ef41873ae79c6dff84eff73360989487f08e5, and it is ee487b627a47317bc7fc4bac8fa7d66693a718f792d15703fea8ebde95b6593a; the target is untouched: fetch the file again, or have the totals corrected
      1 record is a reject, and maxRejects is 0: the target is untouched; see \`landfall rejects N\` for the reasons, mend the file or raise --max-rejects
        INVALID_INTEGER of id, 1 record: line 2 (byte 19)"
    `);
  });

  it('count cells of rejects that are numbers, and say where one is none', async () => {
    const rejects = `${header}1,10.50,1,a\nx,2.00,2,b\n3,1.00,3,c\n`;
    const path = await pipeline.file('rejects.csv', rejects);
    expect(await load(path, { records: 3, sums: { amount: '13.5' } })).toMatchObject({
      outcome: 'LOADED',
      control: { sums: [{ source: '13.50', staging: '11.50' }], records: { source: 3, staged: 2, merged: 2 } },
    });
    const unknown = await load(await pipeline.file('unknown.csv', rejects.replace('2.00', 'two')), {
      sums: { amount: '13.5' },
    });
    expect(unknown).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    expect(unknown.message).toContain(
      'in 1 reject the cell is not to be had or is no number, and the others add up to 11.50',
    );
  });

  it('are asked of duplicates and of rows that are there already', async () => {
    const doubled = `${text}${records[0]}\n`;
    const path = await pipeline.file('doubled.csv', doubled);
    const control = { records: 5, sums: { amount: '20.80' } };
    for (const counts of [{ inserted: 4 }, { unchanged: 4 }]) {
      expect(await load(path, control)).toMatchObject({
        outcome: 'LOADED',
        counts: { duplicate: 1, ...counts },
        control: { sums: [{ source: '20.80', staging: '10.30' }], records: { source: 5, staged: 4, merged: 4 } },
      });
    }
  });

  it('are compared in a dry run, which writes nothing', async () => {
    const path = await pipeline.file('dry.csv', text);
    expect(await load(path, right, { dryRun: true })).toMatchObject({ outcome: 'DRY_RUN' });
    expect(await load(path, { records: 3 }, { dryRun: true })).toMatchObject({ code: 'CONTROL_TOTALS' });
    expect(await held()).toBe(0);
  });

  it('name a column as the header does, and are of the bytes as they lie there, packed or with a byte order mark', async () => {
    await pipeline.run('create table if not exists public.renamed (id int primary key, total numeric)');
    const packed = gzipSync(`\ufeffID,Total\n1,1.5\n2,2.25\n`);
    const path = await pipeline.file('packed.csv.gz', packed);
    const report = await pipeline.load(path, {
      into: 'public.renamed',
      businessKey: ['id'],
      control: { records: 2, sums: { Total: '3.75' }, sha256: sha256(packed) },
    });
    expect(report).toMatchObject({ outcome: 'LOADED', control: { sums: [{ column: 'total', expected: '3.75' }] } });
  });

  it('are of all slices of a file together', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `${i},0.01,${i},n`);
    const path = await pipeline.file('slices.csv', `${header}${many.join('\n')}\n`);
    const control = { records: 300, sums: { amount: '3', big: '44850' } };
    const report = await load(path, control, { sliceBytes: 1_000 });
    expect(report).toMatchObject({ outcome: 'LOADED', counts: { inserted: 300 } });
    expect(report.slices).toBeGreaterThan(2);
  });
});

describe('sidecars', () => {
  const beside = async (name: string, content: string): Promise<void> => {
    await pipeline.file(name, content);
    written.push(name);
  };
  const written: string[] = [];
  beforeEach(async () => {
    for (const name of written.splice(0)) await rm(`${pipeline.directory}/${name}`);
  });

  it('beside a file are compared, all of them', async () => {
    const path = await pipeline.file('s.csv', text);
    await beside('s.csv.control.json', `\ufeff${JSON.stringify(right)}`);
    await beside('s.csv.sha256', `${sha256('other')} *other.csv\r\n${sha256(text).toUpperCase()} *s.csv\r\n`);
    await beside('s.csv.md5', `${createHash('md5').update(text).digest('hex')}  ./out/s.csv\n`);
    const report = await load(path, undefined);
    expect(report).toMatchObject({
      outcome: 'LOADED',
      control: { from: ['s.csv.control.json', 's.csv.sha256', 's.csv.md5'], records: { expected: 4 } },
    });
  });

  it.each(['sha256', 'md5'])('of another content refuse the file: %s', async (of) => {
    const path = await pipeline.file('d.csv', text);
    await beside(`d.csv.${of}`, `${createHash(of).update('other').digest('hex')}  d.csv\n`);
    const report = await load(path, right);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    expect(report.message).toContain(`d.csv.${of}: the ${of} should be `);
    expect(await held()).toBe(0);
  });

  it.each([
    ['{ "records": 4, "records": 5 }', 'z.csv.control.json has "records" twice, and nobody knows which one counts'],
    ['{ "records": 4, "sums": { "__proto__": "1" } }', 'z.csv.control.json names "__proto__"'],
  ])('that say one thing twice, or what cannot be asked, refuse the file: %s', async (json, said) => {
    const path = await pipeline.file('z.csv', text);
    await beside('z.csv.control.json', json);
    const report = await load(path, undefined);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_INVALID' });
    expect(report.message).toContain(said);
  });

  it('that are wrong are told with all their problems, before anything is staged', async () => {
    const path = await pipeline.file('w.csv', text);
    await beside('w.csv.control.json', '{ "record": 4, "sums": { "amount": 10.3, "big": "1e3" }, "sha256": "12" }');
    await beside('w.csv.sha256', `not a digest\n`);
    await beside('w.csv.md5', `${createHash('md5').update(text).digest('hex')}  x.csv\n`);
    const report = await load(path, undefined);
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_INVALID', slices: 0 });
    expect(report.message).toMatchInlineSnapshot(`
      "w.csv.control.json sums.amount: must be a text, not 10.3
      w.csv.control.json sums.big: must be a decimal number as text, like "12.30", without an exponent or blanks
      w.csv.control.json sha256: must be the 64 hexadecimal digits of a SHA-256
      w.csv.control.json "record" is not a field of control totals. Did you mean "records"? Its fields are records, sums, sha256.
      w.csv.sha256 line 1 is not as sha256sum prints it: the digits, two blanks, the name
      w.csv.md5 has no line for w.csv"
    `);
  });
});

describe('control totals of the trailer', () => {
  const reading = { trailerRows: 2, trailerTotals: { line: 2, records: 2, sums: { amount: 3, big: 4 } } };
  const end = (line: string): string => `${text}the end\n${line}\n`;
  const totals = end('TOTAL, 4 ,"10.3",9223372036854775814');

  it.each([
    ['in slices', totals, 40],
    ['packed', gzipSync(totals), 1_000_000],
  ])('are met, %s, beside those of the request', async (_, bytes, sliceBytes) => {
    const path = await pipeline.file('trailer.csv', bytes);
    const report = await load(path, { records: 4 }, { reading, sliceBytes });
    expect(report).toMatchObject({
      outcome: 'LOADED',
      control: {
        from: ['the request', 'line 2 of the trailer'],
        records: { expected: 4, source: 4 },
        sums: expect.arrayContaining([
          { column: 'amount', expected: '10.3', source: '10.30', staging: '10.30', table: '10.30' },
        ]),
      },
    });
  });

  it('that are wrong, or no numbers, refuse the file, all told at once', async () => {
    const path = await pipeline.file('wrong.csv', end('TOTAL,5,"10,30",-'));
    const report = await load(path, undefined, { reading });
    expect(report).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    for (const words of [
      'line 2 of the trailer: the sum of amount should be in cell 3 of line 2, and "10,30" is no decimal number',
      'line 2 of the trailer: the sum of big should be in cell 4 of line 2, and "-" is no decimal number',
      'line 2 of the trailer: 5 records expected, and the file has 4',
    ])
      expect(report.message).toContain(words);
    // as a number it would be 4
    const rounded = await pipeline.file('rounded.csv', end('TOTAL,4.00000000000000000001,10.3,0'));
    expect((await load(rounded, undefined, { reading })).message).toContain(
      'line 2 of the trailer: the number of records is 4.00000000000000000001',
    );
    const short = await pipeline.file('short.csv', end('TOTAL,4'));
    const refused = await load(short, undefined, { reading, sensitive: ['note'] });
    expect(refused.message).toContain('the sum of big should be in cell 4 of line 2, and the line has 2 cells');
    expect(await held()).toBe(0);
  });

  const fixed = [
    { name: 'id', width: 4 },
    { name: 'amount', width: 8 },
    { name: 'big', width: 20 },
    { name: 'note', width: 6 },
  ];
  const line = (record: string): string =>
    record
      .replace('"b,c"', 'b c')
      .split(',')
      .map((cell, i) => cell.padEnd(fixed[i]?.width ?? 0))
      .join('');
  const object = (record: string): string => {
    const [id, amount = '', big = '', note = ''] = record.replace('"b,c"', 'b c').split(',');
    return `{"id":${id},"amount":${amount || 'null'},"big":${big || 'null'},"note":"${note}"}`;
  };
  const ofFixed = (last: string): string => [...records.map(line), last.padEnd(38)].join('\r\n');
  const ofLines = (last: string): string => `${[...records.map(object), last].join('\n')}\n\n`;
  const told = (format: 'fixed' | 'ndjson', trailerTotals: object): Partial<LoadRequest> => ({
    format,
    reading: { trailerRows: 1, trailerTotals, ...(format === 'fixed' && { fixed }) },
  });
  const characters = told('fixed', { records: '4-9', sums: { amount: '10-19', big: '20-38' } });
  const cells = told('fixed', { records: 2, sums: { big: 3 } });
  const keys = told('ndjson', { records: 'count', sums: { amount: 'sums.amount', big: '/sums/big' } });

  it.each([
    ['characters of a line of fixed width', 'txt', ofFixed('TRL000004     10.309223372036854775814'), characters],
    ['cells of one', 'txt', ofFixed(line('TRL,4,9223372036854775814')), cells],
    [
      'keys of the last line of JSON',
      'ndjson',
      ofLines('{"count":4,"sums":{"amount":"10.3","big":9223372036854775814}}'),
      keys,
    ],
  ])('are %s', async (_, suffix, content, request) => {
    for (const [bytes, sliceBytes] of [
      [content, 40],
      [gzipSync(content), 1_000_000],
    ] as const) {
      const path = await pipeline.file(`told.${suffix}`, bytes);
      const report = await load(path, undefined, { ...request, sliceBytes });
      expect(report).toMatchObject({
        outcome: 'LOADED',
        counts: { records: 4 },
        control: { from: ['the trailer'], records: { expected: 4, source: 4 } },
      });
      expect(report.control?.sums.find(({ column }) => column === 'big')).toMatchObject({
        expected: '9223372036854775814',
        source: '9223372036854775814',
      });
    }
  });

  it('of such lines refuse the file where they are wrong, or not there', async () => {
    const wrong = await load(await pipeline.file('w.txt', ofFixed('TRL000005      10,30')), undefined, characters);
    for (const words of [
      'the trailer: 5 records expected, and the file has 4',
      'the sum of amount should be in characters 10 to 19 of line 1, and "10,3" is no decimal number',
    ])
      expect(wrong.message).toContain(words);
    const lacking = await load(await pipeline.file('l.ndjson', ofLines('{"count":4}')), undefined, keys);
    expect(lacking).toMatchObject({ outcome: 'REJECTED', code: 'CONTROL_TOTALS' });
    expect(lacking.message).toContain(
      'the sum of amount should be behind the keys sums.amount of line 1, and nothing has the key "sums" there',
    );
    expect(await held()).toBe(0);
  });

  it('may be all that a file has: none is expected, and none is there', async () => {
    const none = { outcome: 'LOADED', counts: { records: 0 }, control: { records: { expected: 0, source: 0 } } };
    const csv = { reading: { header: ['id', 'amount', 'big', 'note'], trailerRows: 1, trailerTotals: { records: 2 } } };
    for (const [name, last, request] of [
      ['n.csv', 'TOTAL,0\n', csv],
      ['n.txt', 'TRL000000', told('fixed', { records: '4-9' })],
      ['n.ndjson', '{"count":0}\n', told('ndjson', { records: 'count' })],
    ] as const) {
      expect(await load(await pipeline.file(name, last), undefined, request)).toMatchObject(none);
    }
    const packed = await pipeline.file('n.csv', gzipSync('TOTAL,0\n'));
    expect(await load(packed, undefined, csv)).toMatchObject(none);
    const empty = await load(await pipeline.file('n.csv', ''), undefined, csv);
    expect(empty).toMatchObject({ outcome: 'REJECTED', code: 'TRAILER' });
  });
});
