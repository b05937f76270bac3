import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Connection } from '../../../functions/objects/s3/s3-client.ts';

/** What is wrong with one answer to a GET. `share` (0 to below 1) of the asked bytes are sent before it goes wrong. */
export type Fault =
  /** The connection is reset. */
  | { readonly kind: 'cut'; readonly share: number }
  /** Silence, the connection stays open. */
  | { readonly kind: 'stall'; readonly share: number }
  /** Silence before the headers. */
  | { readonly kind: 'silence' }
  /** A clean end after too few bytes. */
  | { readonly kind: 'short'; readonly share: number }
  /** A clean end after one byte too many, the wrong one first. */
  | { readonly kind: 'surplus' }
  /** 200 and the whole object, of which the end is kept back: who does not hang up waits for ever. */
  | { readonly kind: 'ignoresRange' }
  /** A Content-Range that is off by so many bytes. */
  | { readonly kind: 'wrongRange'; readonly start: number; readonly end: number; readonly total: number }
  | { readonly kind: 'noRange' }
  /** Another object under the same name, from a server that knows no If-Match. */
  | { readonly kind: 'swapped' }
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly message?: string }
  /** The page of a load balancer. */
  | { readonly kind: 'html'; readonly status: number };

export interface EvilS3 {
  readonly connection: S3Connection;
  /** Every GET so far. */
  readonly gets: { readonly url: string; readonly range: string; readonly ifMatch: string }[];
  /** Path of every HEAD so far. */
  readonly heads: string[];
  /** Faults of the next GETs, in order; null: a right answer. Afterwards all answers are right. */
  plan(faults: readonly (Fault | null)[]): void;
  /** Headers of the answer to HEAD, over the usual ones; an empty one is left out. */
  readonly headHeaders: Record<string, string>;
  /** Status of the answer to HEAD. */
  headStatus: number;
  /** Answers that are still being sent. */
  openAnswers(): number;
  close(): Promise<void>;
}

export const evilEtag = 'd41d8cd98f00b204e9800998ecf8427e';

/** An S3 that answers every HEAD and GET with this object, and GETs as badly as planned. */
export async function startEvilS3(content: Buffer): Promise<EvilS3> {
  let planned: (Fault | null)[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    if (request.method === 'HEAD') evil.heads.push(request.url ?? '');
    if (request.method === 'HEAD') return answerHead(evil, content, response);
    const { range = '', 'if-match': ifMatch = '' } = request.headers;
    evil.gets.push({ url: request.url ?? '', range, ifMatch });
    answerGet(content, planned.shift() ?? null, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const evil: EvilS3 = {
    connection: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    gets: [],
    heads: [],
    plan(faults) {
      planned = [...faults];
    },
    headHeaders: {},
    headStatus: 200,
    openAnswers: () => open,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return evil;
}

function answerHead(evil: EvilS3, content: Buffer, response: ServerResponse): void {
  const headers: Record<string, string> = {
    etag: `"${evilEtag}"`,
    'content-length': String(content.length),
    'last-modified': 'Mon, 01 Jul 2024 10:00:00 GMT',
    ...evil.headHeaders,
  };
  response.writeHead(evil.headStatus, Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')));
  response.end();
}

function answerGet(content: Buffer, fault: Fault | null, request: IncomingMessage, response: ServerResponse): void {
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const bytes = content.subarray(Number(first), Number(last) + 1);
  const right = {
    etag: `"${evilEtag}"`,
    'content-length': String(bytes.length),
    'content-range': `bytes ${first}-${last}/${content.length}`,
  };
  const { 'content-length': _, ...unmeasured } = right;
  switch (fault?.kind) {
    case undefined:
      response.writeHead(206, right).end(bytes);
      return;
    case 'cut':
      response.writeHead(206, right).write(sent(bytes, fault.share), () => response.socket?.resetAndDestroy());
      return;
    case 'stall':
      response.writeHead(206, right).write(sent(bytes, fault.share));
      return;
    case 'silence':
      return;
    case 'short':
      response.writeHead(206, unmeasured).end(sent(bytes, fault.share));
      return;
    case 'surplus':
      response.writeHead(206, unmeasured).write('x');
      // later, so that the wrong byte has arrived by itself before the surplus is noticed
      setTimeout(() => response.end(bytes), 10);
      return;
    case 'ignoresRange':
      response.writeHead(200, { etag: right.etag, 'content-length': String(content.length + 1) }).write(content);
      return;
    case 'wrongRange': {
      const wrong = `bytes ${Number(first) + fault.start}-${Number(last) + fault.end}/${content.length + fault.total}`;
      response.writeHead(206, { ...right, 'content-range': wrong }).end(bytes);
      return;
    }
    case 'noRange':
      response.writeHead(206, { etag: right.etag, 'content-length': right['content-length'] }).end(bytes);
      return;
    case 'swapped':
      response.writeHead(206, { ...right, etag: '"another"' }).end(Buffer.alloc(bytes.length, 'x'));
      return;
    case 'html':
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<html><body>Bad <b>Gateway</html>');
      return;
    case 'status':
      response
        .writeHead(fault.status, { 'content-type': 'application/xml' })
        .end(`<Error><Code>${fault.code}</Code><Message>${fault.message ?? fault.code}</Message></Error>`);
  }
}

/** Never all of them: a fault must be one. */
function sent(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}
