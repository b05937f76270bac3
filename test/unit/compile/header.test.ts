import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LoadRejected } from '../../../functions/protocol/errors.ts';
import type { Contract } from '../../../functions/core/contract.ts';
import { mapHeader } from '../../../functions/compile/header/header.ts';
import { anyCharacter, bigint, column, contract, refusal, uniqueOn } from './build.ts';

const orders = contract(
  { columns: { rename: { 'Order No.': 'id', Betrag: 'amount' }, ignore: ['Comment'] } },
  {
    table: 'orders',
    columns: [
      column('id', { ...bigint, notNull: true }),
      column('amount', { type: 'numeric(12,2)', baseType: 'numeric', notNull: true }),
      column('note'),
      column('created_at', {
        type: 'timestamp with time zone',
        baseType: 'timestamptz',
        notNull: true,
        hasDefault: true,
      }),
      column('total', { generated: true }),
      column('serial', { ...bigint, identity: 'a', notNull: true }),
      column('login', { type: 'name', baseType: 'name' }),
    ],
  },
);
const fills = (of: Contract, names: readonly string[]): unknown[] =>
  mapHeader(of, names).map((file) => file.column?.name ?? null);

describe('a header is mapped by name', () => {
  test.each<[string, string[], (string | null)[]]>([
    ['in any order', ['note', 'amount', 'id'], ['note', 'amount', 'id']],
    ['whatever the case and the blanks around', [' ID ', 'AMOUNT'], ['id', 'amount']],
    ['by the new name and by the old one', ['Order No.', 'amount'], ['id', 'amount']],
    ['with ignored columns', ['id', 'comment ', 'betrag'], ['id', null, 'amount']],
    ['without columns that have a default or may be NULL', ['id', 'amount'], ['id', 'amount']],
  ])('%s', (_, names, columns) => {
    expect(fills(orders, names)).toEqual(columns);
  });

  test('and keeps the names as the file has them', () => {
    expect(mapHeader(orders, [' Id', 'Comment', 'amount']).map(({ header }) => header)).toEqual([
      ' Id',
      'Comment',
      'amount',
    ]);
  });

  test('with columns that have no name, which must be empty, and ignored places, which may be anything', () => {
    const columns = mapHeader(contract({ columns: { ignorePositions: [1, 5] } }), ['', 'id', ' ', 'name', 'name', '']);
    expect(columns.map((file) => [file.column?.name ?? null, file.unnamed ?? false])).toEqual([
      [null, false],
      ['id', false],
      [null, true],
      ['name', false],
      [null, false],
      [null, true],
    ]);
  });

  test('by the exact name, where columns differ in case only', () => {
    const twins = [column('userId', { ...bigint, notNull: true }), column('userid', bigint), column('note')];
    const of = contract({ key: ['userId'] }, { columns: twins, uniqueIndexes: [uniqueOn(['userId'], { name: 'k' })] });
    expect(fills(of, ['userId', 'userid'])).toEqual(['userId', 'userid']);
    expect(fills(of, ['userid', ' userId '])).toEqual(['userid', 'userId']);
    expect(fills(of, ['userId', 'NOTE'])).toEqual(['userId', 'note']);
    expect(refusal(() => mapHeader(of, ['userId', 'USERID', 'userid']))).toContain(
      '"USERID" and "userid" at positions 2, 3',
    );
    // another spelling is the one in lower case, and no hint names what the file has already
    expect(refusal(() => mapHeader(of, ['USERID', 'note']))).not.toContain('Did you mean');
  });

  test('by no guess, where none of the columns that differ in case is in lower case', () => {
    const twins = [column('Id', { ...bigint, notNull: true }), column('ID', bigint)];
    const of = contract({ key: ['Id'] }, { columns: twins, uniqueIndexes: [uniqueOn(['Id'], { name: 'k' })] });
    expect(fills(of, ['ID', 'Id'])).toEqual(['ID', 'Id']);
    expect(refusal(() => mapHeader(of, ['id']))).toContain('"id": Did you mean "Id" or "ID"?');
  });

  test('in lower case first, where two columns differ in case only; a rename reaches the other', () => {
    const twins = [column('ID', bigint), column('id', { ...bigint, notNull: true })];
    expect(fills(contract({}, { columns: twins }), ['Id'])).toEqual(['id']);
    expect(fills(contract({ columns: { rename: { upper: 'ID' } } }, { columns: twins }), ['Id', 'upper'])).toEqual([
      'id',
      'ID',
    ]);
  });

  test('the same after the contract was stored and read back', () => {
    const stored: Contract = JSON.parse(JSON.stringify(orders));
    expect(stored).toEqual(orders);
    expect(fills(stored, ['id', 'comment', 'betrag'])).toEqual(['id', null, 'amount']);
  });
});

describe('a header is refused', () => {
  test.each<[string, string[]]>([
    ['without any column', []],
    ['of nothing but blanks', ['', '  ']],
    ['that names a column twice', ['id', 'amount', 'Amount ', 'note', 'ID']],
    ['of which two columns fill one', ['id', 'Order No.', 'amount']],
    ['with a column that the table lacks', ['id', 'amount', 'Created At', 'colour']],
    ['with a generated column', ['id', 'amount', 'total']],
    ['with an identity that PostgreSQL alone numbers', ['id', 'amount', 'serial']],
    ['with a column whose type cuts silently', ['id', 'amount', 'login']],
    ['without the business key', ['amount', 'note']],
    ['without a required column', ['id', 'amount_eur']],
    ['of semicolons', ['id;amount;note']],
    ['of tabs', ['id\tamount\tnote']],
    ['of bars', ['id|amount, in euro|note']],
    ['of an unknown column alone', ['nothing known']],
    [
      'with names made to do harm',
      ['id', 'amount', `x"; drop table orders; --`, '__proto__', 'constructor', '\u001b[2J\u202e'],
    ],
    ['of a record with an empty cell', ['7', 'Marta', '']],
    ['of a record with two equal cells', ['7', '7', 'Marta']],
    ['with a name that is near to one which the file has too', ['id', 'amount', 'amonut']],
    ['of more columns than a table can have', ['id', 'amount', ...Array.from({ length: 1600 }, (_, n) => `c${n}`)]],
  ])('%s', (_, names) => {
    expect(refusal(() => mapHeader(orders, names))).toMatchSnapshot();
  });

  test('without the version that newer-wins compares', () => {
    const versioned = contract({ conflict: { rule: 'newer-wins', versionColumn: 'name' } });
    expect(refusal(() => mapHeader(versioned, ['id']))).toMatchSnapshot();
  });

  test('without a column that the dataset requires', () => {
    const strict = contract({ columns: { rules: { name: { required: true } } } });
    expect(refusal(() => mapHeader(strict, ['id']))).toMatchSnapshot();
  });

  test('of commas where the dataset says semicolon', () => {
    expect(refusal(() => mapHeader(contract({ delimiter: ';' }), ['id,name']))).toMatchSnapshot();
  });
});

describe('of a header that is refused the mapping is proposed by likeness', () => {
  const told = (of: Contract, names: readonly string[]): string =>
    /say what it is(.*)\.$/m.exec(refusal(() => mapHeader(of, names)))?.[1] ?? '';
  const columns = ['id', 'name', 'note', 'day'].map((name) => column(name, name === 'id' ? bigint : {}));
  const names = ['id', 'Full name', 'x', "Day's, UTC", 'Note', 'names', 'a,b', 'y\u202e'];

  test('as options to type', () => {
    const of = contract({ name: 'public.items(id)' }, { columns });
    expect(told(of, names)).toBe(
      String.raw`: --rename 'Full name=name' --rename 'Day'\''s, UTC=day' --ignore 'x,names,a\,b' --ignore-positions 8`,
    );
    const many = Array.from({ length: 13 }, (_, n) => `more ${n}`);
    expect(told(of, ['id', 'Full name', ...many])).toBe(`: --rename 'Full name=name' --unknown-columns ignore`);
  });

  test('as fields of the dataset', () => {
    expect(told(contract({}, { columns }), names)).toBe(
      ` in the dataset: columns: { rename: { "Full name": "name", "Day's, UTC": "day" }, ignore: ["x", "names", "a,b", "y\\u202e"] }`,
    );
  });

  test('which maps it', () => {
    const mapped = contract(
      { columns: { rename: { 'Full name': 'name', "Day's, UTC": 'day' }, ignore: ['x'] } },
      { columns },
    );
    expect(fills(mapped, names.slice(0, 5))).toEqual(['id', 'name', null, 'day', 'note']);
  });
});

test('a column may be called __proto__ or constructor', () => {
  const odd = contract(
    {},
    { columns: [column('id', { ...bigint, notNull: true }), column('__proto__'), column('constructor')] },
  );
  expect(fills(JSON.parse(JSON.stringify(odd)), ['id', '__PROTO__', 'constructor'])).toEqual([
    'id',
    '__proto__',
    'constructor',
  ]);
});

test('a column that the table needs and the dataset ignores is said to be ignored, not missing', () => {
  const byPlace = contract({ columns: { ignorePositions: [1] } }, { columns: [column('id', bigint), column('name')] });
  expect(refusal(() => mapHeader(byPlace, ['id', 'name']))).toContain(
    '"id", part of the business key. Column 1 of the file has that name, but is ignored.\n',
  );
  const byName = contract({ columns: { ignore: ['ID'] } }, { columns: [column('id', bigint), column('name')] });
  expect(refusal(() => mapHeader(byName, ['name', 'Id']))).toContain(
    'Column 2 of the file has that name, but is ignored.',
  );
});

test('a name to be written into a dataset is written whole, however long', () => {
  const long = `a column of ${'very '.repeat(20)}many words`;
  const message = refusal(() => mapHeader(orders, ['id', 'amount', long]));
  const [written = ''] = /(?<=ignore: \[)"[^"]*"(?=\] \})/.exec(message) ?? [];
  const ignoring = contract({ columns: { ignore: [JSON.parse(written) as string] } });
  expect(fills(ignoring, ['id', long])).toEqual(['id', null]);
});

test('any header is mapped whole or refused in plain text', () => {
  const name = fc.oneof(
    fc.constantFrom('id', 'amount', 'note', 'comment', '__proto__', 'toString'),
    fc.string({ unit: anyCharacter }),
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), (names) => {
      try {
        expect(mapHeader(orders, names).map(({ header }) => header)).toEqual(names);
      } catch (error) {
        expect(error).toBeInstanceOf(LoadRejected);
        expect(error instanceof Error ? error.message : '').not.toMatch(/[^\P{C}\n]/u);
      }
    }),
    { numRuns: 200 },
  );
});
