import { describe, expect, test } from 'vitest';
import { redact, secretsOf, shownDatabaseUrl } from '../../../functions/core/redact.ts';

describe('words lose what has the form of a secret', () => {
  test.each([
    ['at postgres://app:s3c@ret/x?y#z@db:5432/shop today', 'at postgres://app:***@db:5432/shop today'],
    ['jdbc:postgresql://db/shop?user=app&password=s3cret&x=1', 'jdbc:postgresql://db/shop?user=app&password=***&x=1'],
    ['could not use app:s3c/r@t@db/shop', 'could not use app:***@db/shop'],
    ["host=db password='it\\'s s3cret' dbname=shop", "host=db password='***' dbname=shop"],
    ['PGPASSWORD=s3cret psql', 'PGPASSWORD=*** psql'],
    ['?sslpassword=s3cret&sslmode=require', '?sslpassword=***&sslmode=require'],
    ['{"username":"app","password":"s3\\"cret","port":1}', '{"username":"app","password":"***","port":1}'],
    [String.raw`{"why":"{\"password\":\"s3cret\"}"}`, String.raw`{"why":"{\"password\":\"***\"}"}`],
    ["{ password: 's3cret', user: 'app' }", "{ password: '***', user: 'app' }"],
    ['db:5432:shop:app:s3cret', 'db:5432:shop:app:***'],
    ['https://user:s3cret@feeds.example/x.csv failed', 'https://user:***@feeds.example/x.csv failed'],
    ['https://s3cret@feeds.example/x.csv', 'https://***@feeds.example/x.csv'],
    [
      'GET https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2Fx&X-Amz-Security-Token=s3cret&X-Amz-Signature=s3cret&x-id=GetObject',
      'GET https://b.s3.amazonaws.com/k?X-Amz-Credential=***&X-Amz-Security-Token=***&X-Amz-Signature=***&x-id=GetObject',
    ],
    ['Authorization: Bearer s3cret.s3cret-s3cret', 'Authorization: Bearer ***'],
  ])('%s', (text, shown) => {
    expect(redact(text)).toBe(shown);
    expect(redact(shown)).toBe(shown);
  });

  test.each([
    'password authentication failed for user "app"',
    'at open (node:internal/fs/promises:639:25)',
    'at run (file:///work/node_modules/@aws-sdk/client-s3/dist/index.js:10:5)',
    'execution arn:aws:states:eu-central-1:111122223333:execution:landfall:7f3',
    '{"level":"INFO","message":"state done","loadId":7,"timestamp":"2026-11-28T00:00:00.000Z"}',
    'DATABASE_SECRET: name one of the secrets',
    'by ana@host at 12:00:00Z',
    's3://landing/a:b@c.csv'.replace('a:b', 'ab'),
  ])('and are left alone where there is none: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('in JSON it stays JSON', () => {
    const line = JSON.stringify({
      a: 'password=s3cret',
      b: { password: 's3cret', c: "password='s3 cret'" },
      d: ['x:y@z'],
    });
    expect(() => JSON.parse(redact(line)) as unknown).not.toThrow();
    expect(redact(line)).not.toContain('cret');
  });

  test('of megabytes it takes no longer than its length', () => {
    const startedAt = performance.now();
    for (const part of ['password', 'a://b:', 'a:', 'token=', '\\"', "secret:'"]) redact(part.repeat(20_000));
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe('a secret that is known', () => {
  test('is found in every form, the longest first', () => {
    const known = secretsOf({ DATABASE_URL: 'postgres://app:p%2Fss%20word@db/shop', PGPASSWORD: 'p/ss wordlier' });
    const told = redact('a p/ss word b p%2Fss%20word c p/ss wordlier d', known);
    expect(told).toBe('a *** b *** c *** d');
  });

  test('is one also where the URL is none', () => {
    expect(secretsOf({ DATABASE_URL: 'app:p#ss/w@rd@db' })).toContain('p#ss/w@rd');
    expect(secretsOf({}, ["host=db password='s3 cret'"])).toContain('s3 cret');
    expect(secretsOf({}, ['db:5432:shop:app:s3cret'])).toContain('s3cret');
  });

  test('is none where it is a word that everybody knows', () => {
    expect(secretsOf({ DATABASE_URL: 'postgres://postgres:postgres@db/postgres', PGPASSWORD: 'short' })).toEqual([]);
  });
});

test.each([
  ['postgres://app:s3cret@db/shop', 'postgres://app:***@db/shop'],
  ['postgres://app@db/shop?sslmode=require', 'postgres://app@db/shop?sslmode=require'],
  ['postgres://db/shop?user=a:b', 'postgres://db/shop?user=a:b'],
  ['postgres://app@db/shop?password=s3cret&sslpassword=s3cret', 'postgres://app@db/shop?password=***&sslpassword=***'],
  ['postgres://app@db/shop?options=-c%20x%3Ds3cret', 'postgres://app@db/shop?options=***'],
  ['app:s3cret@db', '***'],
  ['s3cret', '***'],
])('%s is shown as %s', (url, shown) => {
  expect(shownDatabaseUrl(url)).toBe(shown);
});
