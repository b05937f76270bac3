import { expect, test } from 'vitest';
import { isAboutData, isOfServer } from '../../../functions/core/sql-state.ts';

test.each([
  '22003',
  '23505',
  '23514',
  '2F005',
  '38000',
  '39P01',
  '44000',
  '54000',
  'P0001',
  'P0004',
  '20000',
  'OR404',
  '99001',
])('%s is about the row', (state) => expect(isAboutData(state)).toBe(true));

test.each(['08006', '25006', '40P01', '42501', '42883', '53100', '53300', '55P03', '57014', '57P01', '58030', 'XX001'])(
  '%s is not',
  (state) => expect(isAboutData(state)).toBe(false),
);

test('an error without SQLSTATE is not', () => {
  expect(isAboutData(null)).toBe(false);
});

test('of the classes that are not about data, some are the server’s whatever row is in work', () => {
  expect(['08006', '40P01', '53100', '55P03', '57014', '58P01', 'XX001'].filter((state) => !isOfServer(state))).toEqual(
    [],
  );
  expect(['42601', '42P01', '3F000', '0A000', '21000', '55000', 'XX000', 'P0001'].filter(isOfServer)).toEqual([]);
});
