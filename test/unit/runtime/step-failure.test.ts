import { expect, test } from 'vitest';
import { toldFailure } from '../../../functions/runtime/step-failure.ts';

const call = { loadId: 0, attempt: 0 };
const noDatabase = (): never => {
  throw new Error('nobody asked for the database');
};
const raised = (code: string, message: string): Error =>
  Object.assign(new Error(message), {
    code,
    name: 'error',
    table: 'orders',
    constraint: 'orders_pkey',
    detail: 'Key (id)=(secret cell) already exists.',
    where: 'COPY orders, line 3, column id: "secret cell"',
  });

test.each([
  ['22P02', 'the database refused a value (code 22P02, table orders, constraint orders_pkey)'],
  ['P0001', 'the database refused a value (code P0001, table orders, constraint orders_pkey)'],
  ['23505', 'duplicate key value violates unique constraint "orders_pkey"'],
  ['42703', 'column "x" does not exist'],
])('nothing that a state throws for SQLSTATE %s holds a row', async (code, words) => {
  const quoted = words.startsWith('the database') ? 'invalid input: "secret cell"' : words;
  const told = (await toldFailure(raised(code, quoted), call, noDatabase)) as Error;
  expect(JSON.stringify([told, told.message, told.name])).not.toContain('secret cell');
  expect(told).toMatchObject({ name: 'error', message: words });
});

test('what passes by itself is TryAgain, and an error of ours stays what it is', async () => {
  expect(await toldFailure(raised('40P01', 'deadlock'), call, noDatabase)).toMatchObject({ name: 'TryAgain' });
  const ours = new TypeError('a mistake of ours');
  expect(await toldFailure(ours, call, noDatabase)).toBe(ours);
});
