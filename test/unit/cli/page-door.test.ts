import { expect, test } from 'vitest';
import { judge } from '../../../cli/page/door.ts';

const keys = { token: 'the-token', session: 'the-session', port: 4_000 };
const host = '127.0.0.1:4000';
const cookie = 'other=1; landfall_4000=the-session';
const origin = `http://${host}`;

test.each([
  ['the token in the address', 'GET', '/?token=the-token', { host }, 'greet'],
  ['the cookie', 'GET', '/', { host, cookie }, 'in'],
  ['localhost', 'GET', '/', { host: 'localhost:4000', cookie }, 'in'],
  [
    'the page itself, that changes something',
    'POST',
    '/approve',
    { host, cookie, origin, 'sec-fetch-site': 'same-origin' },
    'in',
  ],
  ['nothing', 'GET', '/', { host }, 401],
  ['a wrong token', 'GET', '/?token=the-tokem', { host, cookie }, 401],
  ['an empty token', 'GET', '/?token=', { host }, 401],
  ['the token where something is changed', 'POST', '/approve?token=the-token', { host, origin }, 401],
  ['a wrong cookie', 'GET', '/', { host, cookie: 'landfall_4000=the-sessioN' }, 401],
  ['the cookie of another port', 'GET', '/', { host, cookie: 'landfall_4001=the-session' }, 401],
  ['the token for a cookie', 'GET', '/', { host, cookie: 'landfall_4000=the-token' }, 401],
  ['an address that is none', 'GET', '//', { host, cookie }, 400],
  ['an address that is none, by a stranger', 'POST', 'http://[', { host, origin }, 400],
  ['no host', 'GET', '/', { cookie }, 403],
  ['a name that leads here', 'GET', '/?token=the-token', { host: 'evil.test:4000' }, 403],
  ['a name that begins like this machine', 'GET', '/', { host: '127.0.0.1.evil.test:4000', cookie }, 403],
  ['another port', 'GET', '/', { host: '127.0.0.1:4001', cookie }, 403],
  ['another site', 'GET', '/events', { host, cookie, origin: 'http://127.0.0.1:4001' }, 403],
  ['localhost, that asks 127.0.0.1', 'POST', '/approve', { host, cookie, origin: 'http://localhost:4000' }, 403],
  ['a sandboxed report', 'POST', '/approve', { host, cookie, origin: 'null' }, 403],
  ['no origin, where something is changed', 'POST', '/approve', { host, cookie }, 403],
  ['no origin, with a method of its own', 'PURGE', '/', { host, cookie }, 403],
  ['a site beside this one', 'GET', '/', { host, cookie, 'sec-fetch-site': 'same-site' }, 403],
  ['another site without Origin', 'GET', '/', { host, cookie, 'sec-fetch-site': 'cross-site' }, 403],
] as const)('%s', (_, method, url, headers, expected) => {
  const judged = judge({ method, url, headers }, keys);
  expect(judged.is === 'out' ? judged.status : judged.is).toBe(expected);
});
