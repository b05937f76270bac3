import { expect, test } from 'vitest';
import { linkTo } from '../../../functions/objects/s3/s3-link.ts';

const connection = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
};

test('a link names the object, how long it opens, and who signed, and holds no secret', async () => {
  const link = new URL((await linkTo('s3://reports/2026/a b/7/report.html', 3_600, connection)) ?? '');
  expect(link.protocol).toBe('https:');
  expect(link.host).toBe('reports.s3.eu-central-1.amazonaws.com');
  expect(link.pathname).toBe('/2026/a%20b/7/report.html');
  expect(Object.fromEntries(link.searchParams)).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': '3600',
    'X-Amz-Credential': expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-central-1\/s3\/aws4_request$/),
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    'response-content-type': 'text/html; charset=utf-8',
  });
  expect(link.href).not.toContain('secret');
});

test.each(['/home/ana/reports/report.html', 's3://reports', 's3://reports/', 'https://reports/x'])(
  'there is none of %s',
  async (place) => expect(await linkTo(place, 60, connection)).toBeNull(),
);
