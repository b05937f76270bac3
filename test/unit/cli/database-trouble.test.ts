import { expect, test } from 'vitest';
import { connectionTrouble } from '../../../cli/database/database-trouble.ts';
import { chooseDatabase } from '../../../cli/typed/database-url.ts';

const url = 'postgres://app:s3cret@db.example.org/shop';

test.each([
  ['ETIMEDOUT'],
  ['ECONNRESET'],
  ['28000'],
  ['53300'],
  ['57P03'],
  ['42501'],
  ['SELF_SIGNED_CERT_IN_CHAIN'],
  ['CERT_HAS_EXPIRED'],
  ['ERR_TLS_CERT_ALTNAME_INVALID'],
])('%s is explained, with the server and without the password', (code) => {
  const told = connectionTrouble(Object.assign(new Error('raw'), { code }), url);
  expect(told).toMatchSnapshot();
  expect(told).not.toContain('s3cret');
});

test('localhost that refuses on both addresses is one refusal', () => {
  const both = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]);
  expect(connectionTrouble(both, 'postgres://localhost/shop')).toContain(
    'nothing accepts connections at localhost:5432',
  );
});

test('what nobody foresaw keeps its own words', () => {
  expect(connectionTrouble(new Error('odd'), url)).toBe('db.example.org:5432 cannot be used: odd');
});

test('--database-url comes before DATABASE_URL, which comes before the embedded server; an empty variable is none', () => {
  expect(chooseDatabase(url, { DATABASE_URL: 'postgres://other/x' })).toMatchObject({ kind: 'named', url });
  expect(chooseDatabase(undefined, { DATABASE_URL: url })).toMatchObject({ kind: 'named', url });
  expect(chooseDatabase(undefined, { DATABASE_URL: ' ' })).toEqual({ kind: 'embedded' });
  expect(chooseDatabase(undefined, {})).toEqual({ kind: 'embedded' });
});

test('PGSSLMODE counts where the URL says nothing of TLS', () => {
  const env = { DATABASE_URL: url, PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/etc/ca.pem' };
  expect(chooseDatabase(undefined, env)).toMatchObject({
    kind: 'named',
    url: `${url}?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem`,
  });
  expect(chooseDatabase(`${url}?sslmode=disable`, env)).toMatchObject({ url: `${url}?sslmode=disable` });
  expect(chooseDatabase(undefined, { ...env, PGSSLMODE: 'prefer' })).toMatchObject({ kind: 'wrong' });
});
