import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LocalS3, startS3 } from '../unit/objects/s3-server.ts';

/** What a test wants S3 to answer instead, or headers that it adds. */
export type OtherAnswer =
  | { readonly status: number; readonly code: string; readonly message?: string }
  | { readonly headers: Readonly<Record<string, string>> };

/** A request of the code under test, with the raw key. */
export interface Asked {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
}

/** What an upload became: what its event would tell. */
export interface Uploaded {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** null in a bucket that keeps none. */
  readonly versionId: string | null;
}

export interface S3Buckets {
  /** For functions and commands. */
  readonly environment: Readonly<Record<string, string>>;
  readonly asked: Asked[];
  /** Null: S3 answers as it would. */
  answer: ((asked: Asked) => OtherAnswer | null) | null;
  upload(key: string, content: string | Buffer, bucket?: string): Promise<Uploaded>;
  /** The object; where its bucket keeps versions just this one. */
  remove(object: Uploaded): Promise<void>;
  /** The text of an object of any bucket. */
  read(url: string): Promise<string>;
  close(): Promise<void>;
}

/** A bucket that files land in. */
export const landing = 'landing-bucket';

/** The same, and it keeps versions. */
export const versioned = 'versioned-bucket';

/** The bucket that reports go to. */
export const reports = 'reports-bucket';

/**
 * The three buckets, in fauxqs, which keeps no versions: each upload to the versioned one gets a key of its own there, and
 * what asks for a key, or for a version of it, is led to that one.
 */
export async function startBuckets(): Promise<S3Buckets> {
  const s3 = await startS3(landing);
  for (const bucket of [versioned, reports]) await demandOk(await fetch(`${s3.endpoint}/${bucket}`, { method: 'PUT' }));
  const newest = new Map<string, string>();
  let uploads = 0;
  const server = createServer((request, response) => void forward({ request, response, s3, buckets, newest }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const buckets: S3Buckets = {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      LANDFALL_REPORTS: `s3://${reports}/all`,
    },
    asked: [],
    answer: null,
    async upload(key, content, bucket = landing) {
      uploads += 1;
      const versionId = bucket === versioned ? `version-${uploads}` : null;
      const answer = await fetch(s3.endpoint + pathOf(bucket, key, versionId), { method: 'PUT', body: content });
      await demandOk(answer);
      if (versionId !== null) newest.set(key, versionId);
      const etag = (answer.headers.get('etag') ?? '').replaceAll('"', '');
      return { bucket, key, etag, size: Buffer.byteLength(content), versionId };
    },
    remove: async ({ bucket, key, versionId }) =>
      demandOk(await fetch(s3.endpoint + pathOf(bucket, key, versionId), { method: 'DELETE' })),
    async read(url) {
      const answer = await fetch(`${s3.endpoint}/${url.slice('s3://'.length)}`);
      await demandOk(answer);
      return await answer.text();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await s3.close();
    },
  };
  return buckets;
}

function pathOf(bucket: string, key: string, versionId: string | null): string {
  const version = versionId === null ? '' : `/.versions/${versionId}`;
  return `/${bucket}${version}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

async function demandOk(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly s3: LocalS3;
  readonly buckets: S3Buckets;
  readonly newest: ReadonlyMap<string, string>;
}

async function forward({ request, response, s3, buckets, newest }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', s3.endpoint);
  const [, bucket = '', ...rest] = url.pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const asked = { method: request.method ?? '', bucket, key, versionId: url.searchParams.get('versionId') };
  buckets.asked.push(asked);
  const other = buckets.answer?.(asked) ?? null;
  if (other !== null && 'status' in other) {
    const body = `<Error><Code>${other.code}</Code><Message>${other.message ?? other.code}</Message></Error>`;
    response.writeHead(other.status, { 'content-type': 'application/xml' }).end(asked.method === 'HEAD' ? '' : body);
    return;
  }
  const versionId = bucket === versioned ? (asked.versionId ?? newest.get(key)) : undefined;
  if (versionId !== undefined) url.pathname = pathOf(bucket, key, versionId);
  url.searchParams.delete('versionId');
  const onward = send(url, { method: asked.method, headers: request.headers });
  request.pipe(onward);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  const version = versionId === undefined ? {} : { 'x-amz-version-id': versionId };
  response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...version, ...other?.headers });
  answer.pipe(response);
}
