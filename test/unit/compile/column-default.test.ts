import { expect, test } from 'vitest';
import { defaultOf } from '../../../functions/compile/catalogue/column-default.ts';
import { column, contract, refusal } from './build.ts';

test.each([
  ["'dflt'::text", 'dflt'],
  ["'it''s'::character varying(20)", "it's"],
  ["''::text", ''],
  ['7', '7'],
  ['(-7)', '-7'],
  ["'-1'::integer", '-1'],
  ['1.50', '1.50'],
  ["'1.50'::numeric(3,1)", '1.50'],
  ['true', 'true'],
  ["'2024-01-01'::date", '2024-01-01'],
  ["'2024-01-01 00:00:00'::timestamp without time zone", '2024-01-01 00:00:00'],
  [`'glad'::public."My mood"`, 'glad'],
  ["'{}'::text[]", '{}'],
])('the constant %s is %s in a cell', (defaultExpression, defaultText) => {
  expect(defaultOf(column('a', { hasDefault: true, defaultExpression }))).toEqual({ defaultText });
});

test.each([
  ...[
    'now()',
    'CURRENT_DATE',
    "nextval('s'::regclass)",
    "('now'::text)::date",
    "'a' || 'b'",
    "('a'::text || 'b'::text)",
  ],
  ...['1 + 1', 'NULL::text', "public.f('x'::text)", "ARRAY['a'::text]", "'a'::text || 'b'::text", null],
])('the default %s is no constant: the server draws it', (defaultExpression) => {
  expect(defaultOf(column('a', { hasDefault: true, defaultExpression }))).toEqual({ drawsDefault: true });
});

test('an identity is drawn, and a column without a default has none', () => {
  expect(defaultOf(column('a', { identity: 'd' }))).toEqual({ drawsDefault: true });
  expect(defaultOf(column('a', {}))).toEqual({});
});

const cleaned = { clean: { name: ['empty:default'] } };
const columns = (defaultExpression: string | null): { columns: ReturnType<typeof column>[] } => ({
  columns: [
    column('id', { type: 'bigint', baseType: 'int8', notNull: true }),
    column('name', { hasDefault: defaultExpression !== null, defaultExpression }),
  ],
});

test('a contract has the default of a column that fills empty cells with it, and of no other', () => {
  const [, name] = contract({ columns: cleaned }, columns("'x'::text")).columns;
  expect(name).toMatchObject({ clean: [{ step: 'empty', argument: 'default' }], defaultText: 'x' });
  expect(contract({}, columns("'x'::text")).columns[1]).not.toHaveProperty('defaultText');
});

test('a default that is no constant is drawn, and NULL leaves what a row has', () => {
  const [, name] = contract({ columns: cleaned }, columns('now()')).columns;
  expect(name).toMatchObject({ drawsDefault: true, keptWhereNull: true });
  expect(name).not.toHaveProperty('defaultText');
});

test('a column without a default cannot fill empty cells with it', () => {
  expect(refusal(() => contract({ columns: cleaned }, columns(null)))).toContain('name has none');
});
