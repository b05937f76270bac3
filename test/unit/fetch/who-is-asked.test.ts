import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isPublicAddress, publicNetwork } from '../../../functions/fetch/network.ts';
import { type FeedUnderTest, startFeed } from './feed.ts';
import { status, whole } from './feed-server.ts';

let feed: FeedUnderTest;
beforeAll(async () => {
  feed = await startFeed();
});
afterEach(() => feed.empty());
afterAll(() => feed.close());

const csv = 'id\n1\n';
const mirror = (path = '/orders.csv?sig=hidden'): string => `https://mirror.example.com:${feed.server.port}${path}`;

describe('an address', () => {
  test.each([
    ['127.0.0.1', false],
    ['0.0.0.0', false],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['198.18.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['8.8.8.8', true],
    ['52.95.110.1', true],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00:ec2::254', false],
    ['ff02::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::a00:1', false],
    ['2002:7f00:1::', false],
    ['2001:0:1::', false],
    ['2001:db8::1', false],
    ['2606:4700::1111', true],
    ['2001:4860:4860::8888', true],
    ['not an address', false],
  ])('%s is one of the internet: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});

describe('an address inside a network is refused, and nothing is sent there', () => {
  const inside = (...addresses: readonly string[]) => ({
    network: { ...feed.server.network, allows: publicNetwork.allows, resolve: () => Promise.resolve(addresses) },
  });

  test('that the host of the URL has', async () => {
    feed.server.answers(whole(csv));
    await expect(feed.fetch(inside('127.0.0.1'))).rejects.toMatchObject({
      name: 'FetchRefused',
      message: expect.stringContaining(
        'feeds.example.com is 127.0.0.1, an address inside a network, and fetch reaches only the internet',
      ),
    });
    expect(feed.server.asked).toEqual([]);
  });

  test('that it has among others', async () => {
    await expect(feed.fetch(inside('8.8.8.8', '169.254.169.254'))).rejects.toThrow('is 169.254.169.254, an address');
  });

  test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
    'that the URL names: %s',
    async (host) => {
      feed.server.answers(whole(csv));
      const dataset = feed.dataset({ url: `https://${host}:${feed.server.port}/orders.csv` });
      await expect(feed.fetch({ dataset, network: publicNetwork })).rejects.toThrow('an address inside a network');
      expect(feed.server.asked).toEqual([]);
    },
  );

  test('that localhost has', async () => {
    const dataset = feed.dataset({ url: `https://localhost:${feed.server.port}/orders.csv` });
    await expect(feed.fetch({ dataset, network: publicNetwork })).rejects.toThrow('an address inside a network');
    expect(feed.server.asked).toEqual([]);
  });

  test('that a redirect leads to, though the dataset lists its host', async () => {
    feed.server.answers(status(302, { location: mirror() }), whole(csv));
    const network = {
      ...feed.server.network,
      resolve: (host: string) => Promise.resolve([host === 'mirror.example.com' ? '10.0.0.1' : '127.0.0.1']),
    };
    await expect(feed.fetch({ dataset: feed.dataset({ hosts: ['mirror.example.com'] }), network })).rejects.toThrow(
      'mirror.example.com is 10.0.0.1, an address inside a network',
    );
    expect(feed.server.asked.length).toBe(1);
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i within the host is followed', async (code) => {
    feed.server.answers(status(code, { location: '/today/orders.csv' }), whole(csv));
    expect(await feed.fetch()).toMatchObject({ result: 'LANDED' });
    expect(feed.server.asked.map(({ path }) => path)).toEqual(['/orders.csv?token=hidden', '/today/orders.csv']);
  });

  test('to a host that the dataset lists is followed, without the secret', async () => {
    feed.server.answers(status(302, { location: mirror() }), whole(csv));
    const dataset = feed.dataset({ hosts: ['mirror.example.com'], secret: 'feed' });
    const secrets = () => Promise.resolve('{ "X-Api-Key": "key-1" }');
    expect(await feed.fetch({ dataset, secrets })).toMatchObject({ result: 'LANDED' });
    expect(feed.server.asked.map(({ host, headers }) => [host.split(':')[0], headers['x-api-key']])).toEqual([
      ['feeds.example.com', 'key-1'],
      ['mirror.example.com', undefined],
    ]);
  });

  test('to another host is refused, and its query is not told', async () => {
    feed.server.answers(status(302, { location: mirror() }), whole(csv));
    await expect(feed.fetch()).rejects.toThrow(
      new RegExp(
        String.raw`: it redirects to https://mirror\.example\.com:\d+/orders\.csv, a host that the dataset does not list\. ` +
          String.raw`If that is right, add fetch\.hosts: \['mirror\.example\.com'\]\. Nothing was landed$`,
        'u',
      ),
    );
    expect(feed.server.asked.length).toBe(1);
  });

  test.each([
    [
      'to http',
      'http://feeds.example.com/orders.csv',
      'it redirects to http://feeds.example.com, and only https:// is followed',
    ],
    ['to a file', 'file:///etc/passwd', 'it redirects to file://, and only https:// is followed'],
    ['to nothing', 'https://', 'it redirects to an address that is none'],
    ['to itself', '/orders.csv', 'it redirects more than 2 times'],
  ])('%s is refused', async (_, location, words) => {
    feed.server.answers(status(302, { location }));
    await expect(feed.fetch()).rejects.toThrow(words);
    expect(await feed.keys()).toEqual([]);
  });
});

describe('a certificate', () => {
  test('that nobody vouches for is refused', async () => {
    const { ca: _, ...network } = feed.server.network;
    feed.server.answers(whole(csv));
    await expect(feed.fetch({ network })).rejects.toMatchObject({
      name: 'FetchRefused',
      message: expect.stringMatching(
        /the certificate of feeds\.example\.com does not hold \(.*self-signed.*\)\. .*never passed over/u,
      ),
    });
    expect(feed.server.asked).toEqual([]);
  });

  test('of another host is refused', async () => {
    const dataset = feed.dataset({ url: `https://other.example.com:${feed.server.port}/orders.csv` });
    feed.server.answers(whole(csv));
    await expect(feed.fetch({ dataset })).rejects.toThrow(/the certificate of other\.example\.com does not hold/u);
    expect(feed.server.asked).toEqual([]);
  });
});

describe('credentials', () => {
  const withSecret = (text: string) => ({
    dataset: feed.dataset({ secret: 'feeds/orders' }),
    secrets: (name: string) => Promise.resolve(name === 'feeds/orders' ? text : ''),
  });

  test('are sent as the headers that the secret holds', async () => {
    feed.server.answers(whole(csv));
    await feed.fetch(withSecret('{ "Authorization": "Bearer t", "X-Client": "me" }'));
    expect(feed.server.asked[0]?.headers).toMatchObject({ authorization: 'Bearer t', 'x-client': 'me' });
  });

  test('of a user are sent as Basic', async () => {
    feed.server.answers(whole(csv));
    await feed.fetch(withSecret('{ "username": "me", "password": "pä:ss" }'));
    const sent = feed.server.asked[0]?.headers.authorization ?? '';
    expect(Buffer.from(sent.slice('Basic '.length), 'base64').toString()).toBe('me:pä:ss');
  });

  test.each([
    ['no JSON', 'hunter2'],
    ['a list', '["hunter2"]'],
    ['a number in it', '{ "username": "hunter2", "password": 1 }'],
    ['a line break in it', '{ "Authorization": "hunter2\\r\\nHost: x" }'],
    ['no name of a header', '{ "my key": "hunter2" }'],
    ['a header of the request itself', '{ "Host": "hunter2" }'],
  ])('in a secret with %s are refused, and not told', async (_, text) => {
    feed.server.answers(whole(csv));
    const error = await feed.fetch(withSecret(text)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'FetchRefused',
      message: expect.stringContaining('the secret feeds/orders is not of the form that fetch knows'),
    });
    expect(JSON.stringify([error, String(error), (error as Error).cause, (error as Error).stack])).not.toContain(
      'hunter2',
    );
    expect(feed.server.asked).toEqual([]);
  });

  test.each([401, 403])('that are missing are asked for on %i', async (code) => {
    feed.server.answers(status(code));
    await expect(feed.fetch()).rejects.toThrow(
      new RegExp(`answered ${code} .*put them into a secret and name it in fetch.secret. Nothing was landed$`, 'u'),
    );
    await expect(feed.fetch(withSecret('{}'))).rejects.toThrow('Check the credentials in the secret feeds/orders');
  });
});

describe('an answer that is no file is refused', () => {
  test.each([
    [
      '404',
      status(404),
      'answered 404 Not Found. Check fetch.url, and that the file is there at the time of the schedule',
    ],
    ['204', status(204), 'answered 204 No Content. Check fetch.url; a GET of it must answer the file'],
    ['206', status(206), 'answered 206 where the whole file was asked for'],
    ['304 to a question without a condition', status(304), 'answered 304, not modified, though nothing was named'],
    ['a web page', whole('<html>Log in', { 'content-type': 'text/html; charset=utf-8' }), 'answered a web page'],
    ['a redirect without an address', status(302), 'answered 302 Found'],
  ])('%s', async (_, answer, words) => {
    feed.server.answers(answer);
    const error = (await feed.fetch().catch((reason: unknown) => reason)) as Error;
    expect(error.name).toBe('FetchRefused');
    expect(error.message).toContain(words);
    expect(error.message).toMatch(
      /^dataset orders cannot be fetched from https:\/\/feeds\.example\.com:\d+\/orders\.csv: /u,
    );
    expect(error.message).not.toContain('hidden');
    expect(feed.server.asked.length).toBe(1);
    expect(await feed.keys()).toEqual([]);
  });
});
