import { expect, test } from 'vitest';
import { stepNamed } from '../../../functions/cleaning/all.ts';
import type { PlainForm } from '../../../functions/core/contract.ts';
import { CleaningSearch, type FoundCleaning } from '../../../functions/propose/cleaning/cleaning-search.ts';
import { likelySteps } from '../../../functions/propose/cleaning/likely-steps.ts';

const columnOf = (plainForm: PlainForm) => ({
  name: 'c',
  type: plainForm,
  plainForm,
  notNull: false,
  hasDefault: false,
});

function foundIn(form: PlainForm, cells: readonly (string | null)[]): FoundCleaning | null {
  const search = new CleaningSearch(columnOf(form));
  const bytes = cells.map((cell) => (cell === null ? null : Buffer.from(cell)));
  for (const cell of bytes) search.look(cell);
  for (const cell of bytes) search.attempt(cell);
  return search.found();
}

const proven: readonly (readonly [PlainForm, readonly (string | null)[], readonly string[]])[] = [
  ['numeric', ['1.234,50', '7', '0,5'], ['group:dot', 'decimal:comma']],
  ['numeric', ['12,5', '1234,75'], ['decimal:comma']],
  ['numeric', ['1,234.50', '1,000,000', '3'], ['group:comma']],
  ['numeric', ['1 234,50', '0,5'], ['group:blank', 'decimal:comma']],
  ['numeric', ["1'234.50", '5'], ['group:apostrophe']],
  ['numeric', ['€ 12,50', '3,1 €'], ['currency:€', 'decimal:comma']],
  ['numeric', ['$1,234.50', '($3.00)', '(2)'], ['parentheses', 'currency:$', 'group:comma']],
  ['numeric', ['12.5 %', '3%', null], ['percent']],
  ['int4', ['1,234', '17'], ['group:comma']],
  ['int8', ['3.0', '17'], ['integer']],
  ['numeric', [' 7', '8\t', 'n/a'], ['trim', 'null:n/a']],
  ['int4', ['7', '', ' '], ['trim', 'empty:null']],
  ['int4', ['', '-'], ['empty:null', 'null:-']],
  ['date', ['31.12.2024', '01.02.2024'], ['date:dd.MM.yyyy']],
  ['date', ['31/12/2024', '01/02/2024'], ['date:dd/MM/yyyy']],
  ['date', ['12/31/2024', '1/2/2024'], ['date:M/d/yyyy']],
  ['date', ['0000-00-00', '2024-01-02'], ['null:0000-00-00']],
  ['date', ['00.00.0000', '2.1.2024'], ['null:00.00.0000', 'date:d.M.yyyy']],
  ['date', ['2024-05-01 00:00:00', '2024-05-02T00:00:00'], ['dateOnly']],
  ['date', ['20240131'], ['date:yyyyMMdd']],
  ['timestamp', ['31.12.2024 22:30', '01.01.2024 07:05'], ['timestamp:dd.MM.yyyy HH:mm']],
  ['timestamptz', ['1735689599', '1700000000'], ['epoch:s']],
  ['timestamptz', ['1735689599123'], ['epoch:ms']],
  ['boolean', ['yes', 'no', 'NULL'], ['null:NULL', 'boolean:yes/no']],
  ['boolean', ['Ja', 'Nein'], ['boolean:Ja/Nein']],
  ['boolean', ['Y', 'N', 'Y'], ['boolean:Y/N']],
];

test.each(proven)('%s of %j: %j', (form, cells, steps) => {
  expect(foundIn(form, cells)).toMatchObject({ kind: 'proven', steps });
});

test.each([
  ['numeric', ['1,234', '5'], [['decimal:comma'], ['group:comma']]],
  ['date', ['01/02/2024', '03/03/2024'], [['date:dd/MM/yyyy'], ['date:MM/dd/yyyy']]],
  [
    'date',
    ['n/a', '1/2/2024'],
    [
      ['null:n/a', 'date:d/M/yyyy'],
      ['null:n/a', 'date:M/d/yyyy'],
    ],
  ],
] as const)('%s of %j may be meant in two ways, so nothing is chosen: %j', (form, cells, readings) => {
  expect(foundIn(form, cells)).toEqual({ kind: 'doubtful', readings });
});

test.each([
  ['int4', ['1', '2', null]],
  ['int4', ['1,234', 'abc']],
  ['int4', ['3000000000']],
  ['numeric', ['1.234,5', '1,234.5']],
  ['date', ['31.12.2024', '12/31/2024']],
  ['date', ['01/02/69']],
  ['date', ['30.02.2024']],
  ['timestamptz', ['12', '17']],
  ['boolean', ['yes', 'maybe']],
] as const)('%s of %j: no steps help all of them, or none are needed', (form, cells) => {
  expect(foundIn(form, cells)).toBe(null);
});

test('what signs a cell has does not change what a plain one is', () => {
  // the first is the same under each reading; the last tells
  expect(foundIn('date', ['01/01/2024', '05/05/2024', '13/05/2024'])).toMatchObject({ steps: ['date:dd/MM/yyyy'] });
  // a date that two patterns read alike is none that a person has to be asked for
  expect(foundIn('date', ['11.12.2024'])).toMatchObject({ kind: 'proven', steps: ['date:dd.MM.yyyy'] });
});

test('every step that is tried can be meant for its column', () => {
  const signs = { currencies: ['€', 'CHF'], hasPercent: true, hasParentheses: true };
  for (const form of [
    'int2',
    'int4',
    'int8',
    'numeric',
    'float8',
    'boolean',
    'date',
    'timestamp',
    'timestamptz',
  ] as const) {
    const written = new Set(likelySteps(form, signs).flat());
    expect(written.size, form).toBeGreaterThan(1);
    for (const step of written) {
      const [name = '', ...rest] = step.split(':');
      const choice = rest.length === 0 ? { step: name } : { step: name, argument: rest.join(':') };
      expect(stepNamed(name)?.problem(choice, columnOf(form)) ?? null, `${form} ${step}`).toBe(null);
    }
  }
});
