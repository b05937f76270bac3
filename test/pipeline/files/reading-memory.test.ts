import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { lines, seeded } from '../../support/packed.ts';

const objectBytes = 256 * 1024 * 1024;

it('reading a large file costs no more memory than reading a small one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-memory-'));
  const path = join(folder, 'large.csv');
  await writeFile(path, '');
  await truncate(path, objectBytes);
  try {
    // V8 by itself lets it grow by 50 MB
    expect(await growthOf('file://', path)).toBeLessThan(20);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('nor does unpacking a large file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-memory-'));
  const path = join(folder, 'large.csv.gz');
  const member = gzipSync(lines(seeded(1), 2 * 1024 * 1024), { level: 1 });
  await writeFile(path, Buffer.concat(Array.from({ length: objectBytes / (2 * 1024 * 1024) }, () => member)));
  try {
    expect(await growthOf('file://', path, { packed: 'gzip' })).toBeLessThan(20);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('nor does reading a large object from S3', async () => {
  const block = Buffer.alloc(256 * 1024, 'a');
  const server = createServer((request, response) => {
    const headers = { etag: '"e"', 'last-modified': 'Mon, 01 Jul 2024 10:00:00 GMT' };
    const [, first = '0', last = '-1'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const length = request.method === 'HEAD' ? objectBytes : Number(last) - Number(first) + 1;
    const range = request.method === 'HEAD' ? {} : { 'content-range': `bytes ${first}-${last}/${objectBytes}` };
    response.writeHead(request.method === 'HEAD' ? 200 : 206, { ...headers, ...range, 'content-length': length });
    if (request.method === 'HEAD') return response.end();
    for (let sent = 0; sent < length; sent += block.length) response.write(block.subarray(0, length - sent));
    return response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const aws = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    // V8 by itself lets it grow by 30 to 40 MB
    expect(
      await growthOf('landing', 'large.csv', { env: { ...aws, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } }),
    ).toBeLessThan(20);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** MB that a process of its own grows by while it reads the object. */
async function growthOf(
  bucket: string,
  key: string,
  { env = {}, packed = '' }: { readonly env?: Readonly<Record<string, string>>; readonly packed?: string } = {},
): Promise<number> {
  const script = fileURLToPath(new URL('../../fixtures/read-and-measure.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, bucket, key, packed], { env });
  return JSON.parse(stdout) as number;
}
