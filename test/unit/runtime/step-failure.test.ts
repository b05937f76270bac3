import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { LeaseLost, LoadRejected } from '../../../functions/protocol/errors.ts';
import type { LoadCode } from '../../../functions/protocol/load-codes.ts';
import { toldFailure } from '../../../functions/runtime/step-failure.ts';

const unclaimed = { loadId: 0, attempt: 0, stack: null };
const load = { loadId: 7, attempt: 1, stack: 'S' };
const noDatabase = (): never => {
  throw new Error('nobody asked for the database');
};
const raised = (code: string, message: string, fields: object): Error =>
  Object.assign(new Error(message), {
    code,
    name: 'error',
    table: 'orders',
    constraint: 'orders_pkey',
    detail: 'Key (id)=(secret cell) already exists.',
    where: 'COPY orders, line 3, column id: "secret cell"',
    ...fields,
  });

test.each([
  ['22P02', 'the database refused it (code 22P02, table orders, constraint orders_pkey)'],
  ['P0001', 'the database refused it (code P0001, table orders, constraint orders_pkey)'],
])('nothing that a state throws for SQLSTATE %s holds a row', async (code, words) => {
  const told = (await toldFailure(raised(code, 'invalid input: "secret cell"', {}), load, noDatabase)) as Error;
  expect(inspect(told, { showHidden: true })).not.toContain('secret cell');
  expect(told).toMatchObject({
    name: 'error',
    message: `${words}. Its words are in the ledger: landfall explain 7 --stack S`,
  });
  expect(told.stack).toContain('    at ');
});

test.each([
  ['23505', 'duplicate key value violates unique constraint "orders_pkey"'],
  ['55000', 'cannot execute INSERT in a materialized view'],
  ['42501', 'permission denied for table orders'],
])('words of SQLSTATE %s, which name no value, are told without the rows beside them', async (code, words) => {
  const told = (await toldFailure(raised(code, words, { where: undefined }), load, noDatabase)) as Error;
  expect(inspect(told, { showHidden: true })).not.toContain('secret cell');
  expect(told).toMatchObject({ name: 'error', message: words });
});

test.each(['42601', '42704', '42P01', '3F000', '0A000', '54000', '58P01'])(
  'an error of SQLSTATE %s may quote a cell that was cast to a name, a query or a path: its words go to the ledger',
  async (code) => {
    const error = raised(code, 'syntax error in tsquery: "secret cell"', { where: undefined });
    const told = (await toldFailure(error, { ...load, loadId: 7 }, noDatabase)) as Error;
    expect(inspect(told, { showHidden: true })).not.toContain('secret cell');
    const analysed = raised(code, 'relation "public.orders" does not exist', { where: undefined, position: '15' });
    expect(await toldFailure(analysed, load, noDatabase)).toMatchObject({
      message: 'relation "public.orders" does not exist',
    });
  },
);

test.each([{}, { routine: 'exec_stmt_raise', table: 'secret cell' }])(
  'code of the target that cannot run refuses the load, and a cell in its words or fields is in the ledger alone, %j',
  async (fields) => {
    const error = raised('42703', 'no "secret cell"', { where: 'PL/pgSQL function f() line 3', ...fields });
    const told = (await toldFailure(error, load, async () => 1 as never)) as Error;
    expect(inspect(told, { showHidden: true })).not.toContain('secret cell');
    expect(told).toMatchObject({
      name: 'LoadRejected',
      message: 'TARGET_CODE. Its words are in the ledger: landfall explain 7 --stack S',
    });
  },
);

test('a refusal goes on under its code, with words only where they name no content', async () => {
  const refused = (code: LoadCode): Promise<unknown> =>
    toldFailure(new LoadRejected(code, 'words about "secret cell"'), load, async () => 1 as never);
  expect(await refused('UNKNOWN_COLUMN')).toMatchObject({
    name: 'LoadRejected',
    code: 'UNKNOWN_COLUMN',
    message: 'UNKNOWN_COLUMN. Its words are in the ledger: landfall explain 7 --stack S',
  });
  expect(await refused('OBJECT_GONE')).toMatchObject({ message: 'words about "secret cell"' });
});

test('what passes by itself is TryAgain, and an error of ours stays what it is', async () => {
  expect(await toldFailure(raised('40P01', 'deadlock', {}), unclaimed, noDatabase)).toMatchObject({ name: 'TryAgain' });
  const ours = new TypeError('a mistake of ours');
  expect(await toldFailure(ours, unclaimed, noDatabase)).toBe(ours);
  const lost = new LeaseLost('taken by load 8');
  expect(await toldFailure(lost, load, noDatabase)).toBe(lost);
});

test('an error that nobody foresaw keeps its name and its frames, and its words go to the ledger', async () => {
  let parsed: unknown = null;
  try {
    JSON.parse('secret cell');
  } catch (error) {
    parsed = error;
  }
  const told = (await toldFailure(parsed, load, noDatabase)) as Error;
  expect(told.name).toBe('SyntaxError');
  expect(inspect(told, { showHidden: true })).not.toContain('secret');
  expect(told.stack).toContain('step-failure.test.ts');
});
