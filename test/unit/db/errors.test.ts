import { describe, expect, it } from 'vitest';
import {
  databaseErrorFields,
  isDatabaseAway,
  isLockConflict,
  isReadOnly,
  isRefusedLogin,
  isTransient,
  sqlState,
} from '../../../functions/db/errors.ts';

const withCode = (code: string): Error =>
  Object.assign(new Error('secret value 42'), { code, detail: 'Key (id)=(42)' });

describe('errors of the database', () => {
  it.each(['40001', '40P01', '55P03', '57P01', '57P03', '53300', '25006', '08006', 'ECONNRESET', 'ECONNREFUSED'])(
    '%s may pass by itself',
    (code) => expect(isTransient(withCode(code))).toBe(true),
  );

  it.each(['23505', '22P02', '42P01', '42501', '53100', 'ENOENT'])('%s stays', (code) =>
    expect(isTransient(withCode(code))).toBe(false),
  );

  it.each(['57P01', '57P03', '53300', '25006', '08006', 'ECONNREFUSED', 'EHOSTUNREACH'])(
    '%s while connecting: the database is away',
    (code) => expect(isDatabaseAway(withCode(code))).toBe(true),
  );

  it.each(['28P01', '28000', '3D000', '42501', 'ENOTFOUND'])('%s while connecting is wrong and stays so', (code) =>
    expect(isDatabaseAway(withCode(code))).toBe(false),
  );

  it('of a refused login and of a server that takes no writes are known', () => {
    expect(['28000', '28P01', '3D000'].map((code) => isRefusedLogin(withCode(code)))).toEqual([true, true, false]);
    expect(['25006', '40001'].map((code) => isReadOnly(withCode(code)))).toEqual([true, false]);
  });

  it('are told apart by code alone, never by their text', () => {
    expect(isTransient(new Error('deadlock detected'))).toBe(false);
    expect(isLockConflict(withCode('40P01'))).toBe(true);
    expect(isLockConflict(withCode('57P01'))).toBe(false);
    expect(['EPIPE', 'EPERM', 'EBADF'].map((code) => sqlState(withCode(code)))).toEqual([null, null, null]);
    expect(sqlState(withCode('OR404'))).toBe('OR404');
  });

  it('are logged without the values of the row', () => {
    expect(databaseErrorFields(Object.assign(withCode('23505'), { constraint: 't_pkey', table: 't' }))).toEqual({
      code: '23505',
      constraint: 't_pkey',
      table: 't',
    });
  });
});
