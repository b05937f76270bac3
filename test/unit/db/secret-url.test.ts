import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { urlOfSecret } from '../../../functions/db/secret-url.ts';
import { rdsAuthorities } from '../../../functions/db/server/rds-authorities.ts';
import { connectionOf, isRdsHost } from '../../../functions/db/tls.ts';

const rds = {
  engine: 'postgres',
  host: 'shop.cluster-abc.eu-central-1.rds.amazonaws.com',
  port: 5432,
  username: 'loader',
  password: `p@ss/w:rd?#%"' ü`,
  dbname: 'shop',
};

test('the JSON of RDS becomes a URL that proves the server, whatever the password holds', () => {
  const url = urlOfSecret('db', JSON.stringify(rds));
  const { connectionString, ssl } = connectionOf(url);
  const { hostname, port, username, password, pathname } = new URL(connectionString);
  expect({ hostname, port, username, pathname }).toEqual({
    hostname: rds.host,
    port: '5432',
    username: 'loader',
    pathname: '/shop',
  });
  expect(decodeURIComponent(password)).toBe(rds.password);
  expect(ssl).toEqual({ rejectUnauthorized: true, servername: rds.host });
});

test('a port may be text, or left out', () => {
  expect(urlOfSecret('db', JSON.stringify({ ...rds, port: '5433' }))).toContain(':5433/');
  expect(urlOfSecret('db', JSON.stringify({ ...rds, port: undefined }))).toContain(':5432/');
});

test('a URL stays as it is, its sslmode too', () => {
  const url = 'postgres://app:x@127.0.0.1:5432/shop?sslmode=disable';
  expect(urlOfSecret('db', url)).toBe(url);
});

test.each([
  ['s3cret', 'it is neither'],
  ['"s3cret"', 'it is neither'],
  ['{"username":"loader","password":"s3cret"}', 'it lacks host, dbname'],
  ['{"host":"h","username":"loader","dbname":"d","password":["s3cret"]}', 'it lacks password'],
])('%s is refused by the name of the secret, and its value is not told', (value, words) => {
  expect(() => urlOfSecret('landfall/db', value)).toThrow(/^(?!.*s3cret)the secret landfall\/db must hold/);
  expect(() => urlOfSecret('landfall/db', value)).toThrow(words);
});

test('hosts of RDS are known by their names, and their authorities are certificates', () => {
  expect(isRdsHost(rds.host)).toBe(true);
  expect(isRdsHost('db.cn-north-1.rds.amazonaws.com.cn')).toBe(true);
  expect(isRdsHost('orders.proxy-c0ffee.eu-central-1.rds.amazonaws.com')).toBe(true);
  expect(isRdsHost('rds.amazonaws.com.example.org')).toBe(false);
  expect(isRdsHost(undefined)).toBe(false);
  expect(rdsAuthorities.length).toBeGreaterThan(50);
  for (const each of rdsAuthorities) expect(each).toMatch(/^-----BEGIN CERTIFICATE-----/);
});

test('an RDS Proxy, whose certificate Amazon’s public authorities sign, is trusted by its name as well', () => {
  const subjects = rdsAuthorities.map((each) => new X509Certificate(each).subject);
  for (const number of [1, 2, 3, 4]) expect(subjects).toContain(`C=US\nO=Amazon\nCN=Amazon Root CA ${number}`);
});
