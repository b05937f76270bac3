import { describe, expect, it } from 'vitest';
import type { Contract, ContractColumn } from '../../../functions/core/contract.ts';
import { cellMend } from '../../../functions/propose/mends/cell-mends.ts';
import { type RuleMend, RuleMends } from '../../../functions/propose/mends/rule-mends.ts';
import type { RecordApart, TriedReject } from '../../../functions/propose/mends/tried.ts';

const form = { precision: null, scale: null, notNull: false, hasDefault: false };
const amount = { ...form, name: 'amount', type: 'numeric(12,2)', plainForm: 'numeric', precision: 12, scale: 2 };
const day = { ...form, name: 'day', type: 'date', plainForm: 'date' };
const id = { ...form, name: 'id', type: 'integer', plainForm: 'int4', notNull: true };

const contract = (changes: object = {}): Contract =>
  ({
    dataset: 'public.t(id)',
    target: { schema: 'public', table: 't' },
    format: { kind: 'csv' },
    businessKey: ['id'],
    columns: [id, amount, day] as unknown as readonly ContractColumn[],
    ...changes,
  }) as unknown as Contract;

type Broken = readonly (readonly [code: string, column: string | null, value: string | null])[];

/** A reject of these reasons; nothing of it is kept but these cells. */
const reject = (broken: Broken, apart: RecordApart | null = null): TriedReject => ({
  reasons: broken.map(([code, column, value]) => ({ code, column, value })),
  apart: () => apart,
});

const found = (rejects: readonly TriedReject[], changes: object = {}): readonly RuleMend[] => {
  const rules = rejects.flatMap(({ reasons }) => reasons.map(({ code, column }) => ({ code, column })));
  const mends = new RuleMends(contract(changes), rules);
  for (const each of rejects) mends.look(each);
  return mends.found();
};

const of = (code: string, column: string | null, values: readonly (string | null)[], changes: object = {}) =>
  found(
    values.map((value) => reject([[code, column, value]])),
    changes,
  );

describe('what is to be declared so that rejects do not break their rule', () => {
  it.each<[string, string, string | null, readonly string[], string]>([
    ['decimals behind a comma', 'INVALID_NUMBER', 'amount', ['12,5', '1,75'], '--clean amount=decimal:comma'],
    ['dots between thousands', 'INVALID_NUMBER', 'amount', ['1.234,50'], '--clean amount=group:dot,decimal:comma'],
    ['a currency', 'INVALID_NUMBER', 'amount', ['€ 12.50'], '--clean amount=currency:€'],
    ['words for nothing', 'INVALID_DATE', 'day', ['n/a', 'n/a'], '--clean day=null:n/a'],
    ['dates of another form', 'INVALID_DATE', 'day', ['31.12.2025', '01.02.2026'], '--clean day=date:dd.MM.yyyy'],
    ['too many decimals', 'NUMERIC_SCALE', 'amount', ['1.239'], '--lenient roundNumbers'],
    ['the header again', 'REPEATED_HEADER', null, ['id'], '--repeated-headers skip'],
  ])('%s', (_, code, column, values, way) => {
    const [mend, ...more] = of(code, column, values);
    expect(more).toEqual([]);
    const { way: said, ...rest } = mend ?? { way: '' };
    expect(said.replaceAll("'", '')).toBe(way);
    expect(rest).toMatchObject({ code, column, taken: values.length, of: values.length });
  });

  it('names each of two readings that come to other values', () => {
    const [mend] = of('INVALID_DATE', 'day', ['01/02/2024', '03/04/2024']);
    const ways = [mend?.way, ...(mend?.others ?? [])];
    expect(ways).toContain('--clean day=date:dd/MM/yyyy');
    expect(ways).toContain('--clean day=date:MM/dd/yyyy');
  });

  it('counts those that are taken where others are not', () => {
    expect(of('INVALID_NUMBER', 'amount', ['12,5', 'ten', '1,75', 'x'])).toMatchObject([
      { way: '--clean amount=decimal:comma', taken: 2, of: 4 },
    ]);
  });

  it('takes words for nothing and a form together, and no word for nothing where there must be a value', () => {
    expect(of('INVALID_NUMBER', 'amount', ['12,5', 'n/a', 'ten'])).toMatchObject([
      { way: '--clean amount=null:n/a,decimal:comma', taken: 2, of: 3 },
    ]);
    const notNull = { columns: [id, { ...amount, notNull: true }] };
    expect(of('INVALID_NUMBER', 'amount', ['12,5', 'n/a'], notNull)).toMatchObject([
      { way: '--clean amount=decimal:comma', taken: 1, of: 2 },
    ]);
    expect(of('INVALID_NUMBER', 'amount', ['n/a'], notNull)).toEqual([]);
    expect(of('INVALID_INTEGER', 'id', ['n/a'], { columns: [{ ...id, notNull: false }] })).toEqual([]);
    // what the row has is kept where the file has nothing
    expect(
      of('INVALID_NUMBER', 'amount', ['n/a'], { columns: [{ ...amount, notNull: true, keptWhereNull: true }] }),
    ).toHaveLength(1);
  });

  it('takes no number that the column does not hold then', () => {
    expect(of('INVALID_NUMBER', 'amount', ['1.234,5', '12.345.678.901,5', '1,2394'])).toMatchObject([
      { way: '--clean amount=group:dot,decimal:comma', taken: 1, of: 3 },
    ]);
    const rounded = ['1.239', '9999999999.99499', '9999999999.995', '-9999999999.999', '12345678901.239', '.9999'];
    expect(of('NUMERIC_SCALE', 'amount', rounded)).toMatchObject([{ way: '--lenient roundNumbers', taken: 3, of: 6 }]);
  });

  it('tries the cell itself where its reason shows another', () => {
    const long = `${' '.repeat(90)}12,5`;
    const shown: [string, string][] = [
      ['1<U+00A0>234,5', '1\u00a0234,5'],
      [`${' '.repeat(80)}…`, long],
      ['12,5', 'is not asked'],
      ['␉7,5', '\t7,5'],
    ];
    const rejects = shown.map(([value, cell]) =>
      reject([['INVALID_NUMBER', 'amount', value]], { count: null, cells: new Map([['amount', cell]]) }),
    );
    expect(found(rejects)).toMatchObject([{ way: '--clean amount=trim,group:blank,decimal:comma', taken: 4, of: 4 }]);
    // of which nothing is kept, only those count that are shown whole
    expect(of('INVALID_NUMBER', 'amount', ['1<U+00A0>234,5', '12,5'])).toMatchObject([
      { way: '--clean amount=decimal:comma', taken: 1, of: 1 },
    ]);
  });

  it('says of how many another rule is broken too', () => {
    const rejects = [
      reject([['INVALID_NUMBER', 'amount', '12,5']]),
      reject([
        ['INVALID_NUMBER', 'amount', '1,5'],
        ['INVALID_DATE', 'day', 'soon'],
      ]),
      reject([
        ['INVALID_NUMBER', 'amount', 'ten'],
        ['INVALID_DATE', 'day', 'soon'],
      ]),
    ];
    expect(found(rejects)).toMatchObject([
      { code: 'INVALID_NUMBER', taken: 2, of: 3, breakAnother: 1, isJudged: true },
    ]);
  });

  it('tells short records from long ones, and whether their cells would do', () => {
    const record = (count: number, ...cells: readonly (string | null)[]): TriedReject =>
      reject([['FIELD_COUNT', null, null]], {
        count: { cells: count, columns: 3 },
        cells: new Map(['id', 'amount', 'day'].map((name, i) => [name, cells[i] ?? null])),
      });
    const short = [record(1, '7'), record(2, '8', '1.5'), record(2, 'x', '1.5'), record(1, null)];
    const long = [record(4, '9', '2', '2026-01-01'), record(5, '9', '2', 'soon'), record(5, '9')];
    expect(found([...short, ...long])).toEqual([
      {
        code: 'FIELD_COUNT',
        column: null,
        way: '--short-rows pad',
        others: [],
        taken: 4,
        of: 7,
        breakAnother: 2,
        isJudged: false,
      },
    ]);
    expect(found(long)).toMatchObject([{ way: '--long-rows cut', taken: 3, of: 3, breakAnother: 1 }]);
    // nothing of it is kept: nobody knows which it is
    expect(of('FIELD_COUNT', null, [null])).toEqual([]);
  });

  it('is a field of a dataset that is written down', () => {
    expect(of('INVALID_NUMBER', 'amount', ['12,5'], { dataset: 'orders' })).toMatchObject([
      { way: 'columns: { clean: {"amount":["decimal:comma"]} } in the dataset' },
    ]);
  });

  it.each<[string, string, readonly (string | null)[], object?]>([
    ['of cells that are nothing of the kind', 'INVALID_NUMBER', ['ten', 'twelve']],
    ['of a column whose values are hidden', 'INVALID_NUMBER', ['12,5'], { columns: [{ ...amount, sensitive: true }] }],
    [
      'of a column that is cleaned',
      'INVALID_NUMBER',
      ['12,5'],
      { columns: [{ ...amount, clean: [{ step: 'trim' }] }] },
    ],
    [
      'of a word for nothing in a column that must have a value',
      'INVALID_NUMBER',
      ['n/a'],
      { columns: [{ ...amount, notNull: true }] },
    ],
    ['of an empty cell of a column without a default', 'NOT_NULL', [null]],
    ['of a rule that only the source can keep', 'CHECK', ['7']],
  ])('is nothing %s', (_, code, values, changes) => {
    expect(of(code, 'amount', values, changes)).toEqual([]);
  });
});

it('of a thousand cells of many forms those of the form that most have are taken', () => {
  const cells = Array.from({ length: 1_000 }, (_, i) => (i % 3 === 0 ? `${i},5` : `no. ${i}`));
  const mend = cellMend(new Map(cells.map((cell) => [cell, 1])), amount as unknown as ContractColumn, 30);
  expect(mend).toMatchObject({ steps: ['decimal:comma'] });
  // those behind the sample too
  expect(mend?.taken).toHaveLength(334);
});
