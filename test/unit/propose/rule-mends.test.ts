import { describe, expect, it } from 'vitest';
import type { Contract, ContractColumn } from '../../../functions/core/contract.ts';
import { cellMend } from '../../../functions/propose/mends/cell-mends.ts';
import { ruleMends } from '../../../functions/propose/mends/rule-mends.ts';
import { reject } from '../../support/made-pages.ts';

const amount = { name: 'amount', type: 'numeric(12,2)', plainForm: 'numeric', notNull: true, hasDefault: false };
const day = { name: 'day', type: 'date', plainForm: 'date', notNull: false, hasDefault: false };

const contract = (changes: object = {}): Contract =>
  ({
    dataset: 'public.t(id)',
    target: { schema: 'public', table: 't' },
    format: { kind: 'csv' },
    columns: [amount, day] as unknown as readonly ContractColumn[],
    ...changes,
  }) as unknown as Contract;

const of = (code: string, column: string | null, values: readonly (string | null)[], changes: object = {}) =>
  ruleMends({
    rules: [{ code, column }],
    rejects: values.map((value, i) => reject(i, { reasons: [{ code, column, value, message: '' }] })),
    contract: contract(changes),
    columns: 3,
  });

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

  it('tells short records from long ones', () => {
    const rejects = [2, 2, 9].map((cellCount, i) =>
      reject(i, { cellCount, cells: null, reasons: [{ code: 'FIELD_COUNT', column: null, value: null, message: '' }] }),
    );
    const rules = [{ code: 'FIELD_COUNT', column: null }];
    expect(ruleMends({ rules, rejects, contract: contract(), columns: 3 })).toMatchObject([
      { way: '--short-rows pad', taken: 2, of: 3 },
    ]);
    expect(ruleMends({ rules, rejects: rejects.slice(2), contract: contract(), columns: 3 })).toMatchObject([
      { way: '--long-rows cut', taken: 1, of: 1 },
    ]);
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
    ['of an empty cell of a column without a default', 'NOT_NULL', [null]],
    ['of a rule that only the source can keep', 'CHECK', ['7']],
  ])('is nothing %s', (_, code, values, changes) => {
    expect(of(code, 'amount', values, changes)).toEqual([]);
  });
});

it('a thousand cells of many forms are looked at in a moment', () => {
  const cells = Array.from({ length: 1_000 }, (_, i) => (i % 3 === 0 ? `${i},5` : `no. ${i}`));
  expect(cellMend(cells, amount as unknown as ContractColumn)).toMatchObject({ steps: ['decimal:comma'] });
});
