import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contract } from '../../../functions/core/contract.ts';
import { compileContract } from '../../../functions/compile/compile.ts';
import type { SniffableField } from '../../../functions/compile/declaration/reading/undeclared.ts';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { formatOf } from '../../../functions/formats/format-of.ts';
import { sniff } from '../../../functions/sniff/sniff.ts';
import { bigint, catalogue, column, uniqueOn } from '../compile/build.ts';

const contract: Contract = compileContract(
  defineDataset({ name: 'items', prefix: 'items/', table: 'public.items', key: ['id'] }),
  catalogue({
    columns: [
      column('id', { ...bigint, notNull: true }),
      column('name', { notNull: true }),
      column('price', { type: 'numeric', baseType: 'numeric' }),
      column('day', { type: 'date', baseType: 'date' }),
    ],
    uniqueIndexes: [uniqueOn(['id'])],
  }),
  'f',
);
const open: readonly SniffableField[] = ['delimiter', 'quote', 'skipRows'];

function sniffed(text: string, undeclared = open, of = contract): ReturnType<typeof sniff> {
  return sniff(of, { bytes: Buffer.from(text), isAll: true }, undeclared);
}

describe('what the beginning of an object tells', () => {
  test.each([
    ['a usual file', 'id,name,price,day\n1,Nut,2.5,2026-01-02\n'],
    ['a usual file with records that do not fit', 'id,name,price,day\nx,Nut,2.5,2026-01-02\n1,Nut;b,,\n'],
    ['a header alone', 'id,name\n'],
    ['no table at all', 'Dear all,\nthe file comes tomorrow; sorry.\n'],
    ['nothing', ''],
    ['a header that is wrong', 'id;nmae\n1;Nut\n'],
    ['records without a header', '1;Nut;2.5;2026-01-02\n'],
    ['a header behind what may be a record', '1;Nut\nid;name\n2;Bolt\n'],
    ['a column without a name that holds values', 'id;name;\n1;Nut;x\n'],
  ])('%s is read as where nothing is said', (_, text) => {
    expect(sniffed(text)).toMatchObject({ kind: 'as declared' });
  });

  test.each([
    ['semicolons', 'id;name;price\n1;Nut, small;2.5\n2;Bolt;\n', { delimiter: ';' }, 1],
    ['tabs', 'id\tname\n1\tNut\n', { delimiter: '\t' }, 1],
    ['bars, a header alone', 'id|name\n', { delimiter: '|' }, 1],
    ['a record that does not fit', 'id;name\n1;Nut\nTotal;;\n', { delimiter: ';' }, 0.5],
    ['apostrophes around cells', "id,name\n'1','Nut, small'\n'2','Bolt'\n", { quote: "'" }, 1],
    ['backslashes before quotes', 'id,name\n1,"say \\"hi\\""\n2,"Bolt"\n', { quote: '"', escape: '\\' }, 1],
    [
      'lines inside of quotes between tabs',
      'id\tname\n1\t"two\nlines\tx"\n2\tBolt\n',
      { delimiter: '\t', quote: '"' },
      1,
    ],
    ['several bytes between names', 'id::name\n1::a:b\n2::"x::y"\n', { delimiter: '::' }, 1],
    ['a comma and a blank', 'id, name, price\n1, Nut, 2.5\n2, Bolt, 3\n', { delimiter: ', ' }, 1],
    ['a comma and a blank before quotes', '"id", "name", "day"\n"1", "Nut", "2026-01-02"\n', { delimiter: ', ' }, 1],
    ['a title', 'Report, made\nby "Ann\n\nid,name\n1,Nut\n', { skipRows: 3 }, 1],
    ['a title and semicolons', 'Account;12\r\n\r\nid;name;\r\n1;Nut;\r\n', { delimiter: ';', skipRows: 2 }, 1],
  ])('%s are found', (_, text, format, share) => {
    expect(sniffed(text)).toMatchObject({ kind: 'found', reading: { format, share } });
  });

  test.each([
    ['a delimiter', 'id;name\n1;Nut\n', ['quote', 'skipRows']],
    ['lines before the header', 'Report\nid,name\n1,Nut\n', ['delimiter', 'quote']],
    ['anything', 'Report\nid;name\n1;Nut\n', []],
  ] as const)('%s that is declared is not asked for', (_, text, undeclared) => {
    expect(sniffed(text, undeclared)).toMatchObject({ kind: 'as declared' });
  });

  test('of words for NULL and columns that are cleaned nothing is taken for granted', () => {
    const columns = contract.columns.map((each) =>
      each.name === 'price' ? { ...each, clean: [{ step: 'trim' }] } : each,
    );
    const cleaned = { ...contract, columns, format: { kind: 'csv', delimiter: ',', nulls: ['-'] } } as const;
    expect(sniffed('id;name;price;day\n1;Nut; 2 ;-\n', open, cleaned)).toMatchObject({
      reading: { format: { delimiter: ';', nulls: ['-'] }, share: 1 },
    });
  });
});

describe('what stands later', () => {
  const head = Buffer.from('id,name\n1,Nut\n2,"Bolt"\n');
  const sniffedWith = (text: string): ReturnType<typeof sniff> => {
    const later = [{ bytes: Buffer.from(text), offset: 2_000_000, isEnd: true }];
    return sniff(contract, { bytes: head, isAll: false, later }, open);
  };

  test.each([
    ['as the beginning', '6,"Nut"\n7,Bolt\n8,"Pin, small"\n'],
    ['not, and no other way fits', '6,"Nut"\nx,y,z\n7,Bolt\n'],
  ])('it is %s', (_, text) => {
    expect(sniffedWith(text)).toMatchObject({ kind: 'as declared' });
  });

  test('another way that fits all of it is taken', () => {
    const records = '7,"say \\"hi\\""\n8,Bolt\n9,"Pin, \\"small\\""\n';
    expect(sniffedWith(`6,Nut\n${records}`)).toMatchObject({
      kind: 'found',
      reading: { format: { quote: '"', escape: '\\' }, share: 1 },
    });
    expect(sniff(contract, { bytes: head, isAll: false }, open)).toMatchObject({ kind: 'as declared' });
  });
});

describe('a header behind other lines, in a file of which not every record fits', () => {
  const record = (i: number): string => `${i},a name of a day,2.5x,2026-01-02`;
  const records = Array.from({ length: 200 }, (_, i) => record(i)).join('\n');

  test.each([
    ['by a name in quotes', '"id","name","price","day"'],
    ['by one with blanks before it', ' ID ,name,price,day'],
    ['by one that is ignored', 'total,id,name,price,day'],
    ['by a column without a name', ',id,name,price,day'],
  ])('is found where it begins %s', (what, header) => {
    const ignoring = { ...contract, ignoredHeaders: ['total'] };
    const body = /ignored|without/.test(what) ? records.replaceAll(/^/gm, ',') : records;
    expect(sniffed(`1 Report of a name\n${header}\n${body}\n`, open, ignoring)).toMatchObject({
      kind: 'found',
      reading: { format: { skipRows: 1 }, share: 0 },
    });
  });

  test('is found by a name that no column has where such are ignored', () => {
    const ignoring = { ...contract, unknownColumns: 'ignore' as const };
    expect(sniffed(`Report\nremark,id,name\n,1,Nut\n,x,Bolt\n`, open, ignoring)).toMatchObject({
      kind: 'found',
      reading: { format: { skipRows: 1 }, share: 0.5 },
    });
  });

  test('is found where its first name is decomposed and it is too long to be composed whole', () => {
    const wide = Array.from({ length: 300 }, (_, i) => `extra${i}`);
    const ignoring = { ...contract, headerNames: { ...contract.headerNames, größe: 'name' }, ignoredHeaders: wide };
    const header = ['größe'.normalize('NFD'), 'id', ...wide].join(',');
    const cells = (id: string): string => ['a', id, ...wide].join(',');
    expect(sniffed(`Report\n${header}\n${cells('1')}\n${cells('x')}\n`, open, ignoring)).toMatchObject({
      kind: 'found',
      reading: { format: { skipRows: 1 }, share: 0.5 },
    });
  });

  test('is asked of no record that cannot be one', () => {
    let asked = 0;
    const counting = new Proxy(contract, {
      get(of, field) {
        if (field === 'headerNames') asked += 1;
        return Reflect.get(of, field) as unknown;
      },
    });
    // each candidate copies the contract some times; with 50 records each it was more than 1,000 times
    expect(sniffed(`id,name,price,day\n${records}\n`, open, counting)).toMatchObject({ kind: 'as declared' });
    expect(asked).toBeLessThan(200);
  });
});

test('apostrophes that may be quotes or data are told', () => {
  const result = sniffed("id,name\n1,'Nut, small'\n2,'Bolt'\n");
  expect(result).toMatchObject({
    kind: 'ambiguous',
    readings: [{ format: { quote: "'" } }, { format: { delimiter: ',' } }],
  });
});

test('backslashes that may be data are told', () => {
  const result = sniffed('id,name\n1,"C:\\\\"\n2,"say \\"hi\\""\n');
  expect(result).toMatchObject({ kind: 'ambiguous' });
});

test('apostrophes inside of names are none', () => {
  expect(sniffed("id,name\nx,O'Neill\n2,'s Gravenhage\n")).toMatchObject({ kind: 'as declared' });
});

test('two ways that give different rows are told, not chosen from', () => {
  // each record fits either way: of columns id and name, or of one that is called as both
  const both = compileContract(
    defineDataset({ name: 'items', prefix: 'items/', table: 'public.items', key: ['id'], columns: { ignore: ['b'] } }),
    catalogue({
      columns: [column('id;name'), column('id', { notNull: true }), column('name')],
      uniqueIndexes: [uniqueOn(['id'])],
    }),
    'f',
  );
  const result = sniffed('id|b;name\n1|x;y\n', open, {
    ...both,
    headerNames: { ...both.headerNames, 'b;name': 'name', 'id|b': 'id' },
  });
  expect(result.kind).toBe('ambiguous');
});

test('a file that is found to be of a table is read as it was written', () => {
  const anyText = fc.stringMatching(/^[a-z;,|" .'0-9]{1,12}$/).filter((text) => text.trim() !== '');
  const anyRow = fc.tuple(fc.nat({ max: 1e9 }), anyText, fc.option(fc.integer({ min: -999, max: 999 })));
  fc.assert(
    fc.property(
      fc.constantFrom(',', ';', '\t', '|', '^'),
      fc.constantFrom('', 'Report\n', 'Made by;Ann, "today\n\n'),
      fc.array(anyRow, { minLength: 1, maxLength: 20 }),
      (delimiter, title, rows) => {
        const quoted = (text: string): string => (/[",;|^\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const lines = rows.map(([id, name, price]) => [id, quoted(name), price ?? ''].join(delimiter));
        const text = `${title}${['id', 'name', 'price'].join(delimiter)}\n${lines.join('\n')}\n`;
        const result = sniffed(text);
        if (result.kind === 'ambiguous') return;
        const format = result.kind === 'found' ? result.reading.format : contract.format;
        const read = formatOf({ contract: { ...contract, format } });
        const layout = read.layout(Buffer.from(text), true);
        if ('problem' in layout) throw new Error(layout.message);
        const body = Buffer.from(text).subarray(layout.bodyOffset).toString();
        const cells = body
          .slice(0, -1)
          .split('\n')
          .map((line) => (read.cells?.(Buffer.from(line)) ?? []).map((cell) => cell?.toString() ?? null));
        expect(cells).toEqual(
          rows.map(([id, name, price]) => [String(id), name, price === null ? null : String(price)]),
        );
      },
    ),
    { numRuns: 300 },
  );
});
