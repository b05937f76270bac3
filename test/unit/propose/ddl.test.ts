import { expect, test } from 'vitest';
import { createTable } from '../../../functions/propose/ddl.ts';
import { renamedHeaders, tableNames } from '../../../functions/propose/table-names.ts';

test('names that need no quotes, and quotes where one is reserved', () => {
  const headers = ['Customer No', ' ID ', 'order', 'Größe', '', 'a.b', 'A b', '2024', '$', '_x', 'x'.repeat(80)];
  const names = tableNames(headers);
  expect(names).toEqual([
    ...['customer_no', 'id', 'order', 'größe', 'column_5', 'a_b', 'a_b_2', '_2024', 'column_9', '_x'],
    'x'.repeat(63),
  ]);
  expect(renamedHeaders(headers, names).map(([header]) => header)).toEqual([
    ...['Customer No', 'a.b', 'A b', '2024', '$'],
    'x'.repeat(80),
  ]);
});

test('a table with its key', () => {
  const columns = [
    { name: 'order', type: 'integer' },
    { name: 'größe', type: 'text' },
    { name: 'say "hi"', type: 'numeric' },
  ];
  expect(createTable({ target: { schema: 'shop', table: 'select' }, columns, key: ['order', 'größe'] })).toBe(
    `create schema if not exists shop;
create table shop."select" (
  "order" integer not null,
  "größe" text not null,
  "say ""hi""" numeric,
  primary key ("order", "größe")
);
`,
  );
});

test('one without a key', () => {
  expect(
    createTable({ target: { schema: 'public', table: 't' }, columns: [{ name: 'a', type: 'text' }], key: [] }),
  ).toBe('create table public.t (\n  a text\n);\n');
});
