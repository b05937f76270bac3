import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Network } from '../../../functions/fetch/network.ts';

/** A request of the code under test. */
export interface Asked {
  readonly host: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Resets the connection, as a network does: TLS says no goodbye. */
  cut(): void;
}

type Answer = (response: ServerResponse, asked: Asked, request: IncomingMessage) => void;

export interface FeedServer {
  readonly port: number;
  /** Of feeds.example.com, which the server's certificate names, as it does mirror.example.com. */
  readonly origin: string;
  readonly asked: Asked[];
  /** Leads every host here, and trusts the certificate. */
  readonly network: Network;
  /** The next answers, in order; the last one stays. */
  answers(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

const file = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), 'utf8');

/** The certificate of the server, of its own making. */
export const certificate = file('feeds.pem');

/** An HTTPS server on this machine that answers as it is told to; port 0 is any. */
export async function startFeedServer(at = 0): Promise<FeedServer> {
  let planned: readonly Answer[] = [];
  const asked: Asked[] = [];
  const connections = new Map<number | undefined, Socket>();
  const server = createServer({ cert: certificate, key: file('feeds-key.pem') }, (request, response) => {
    const { url: path = '', headers } = request;
    const cut = (): void => void connections.get(request.socket.remotePort)?.resetAndDestroy();
    const now = { host: headers.host ?? '', path, headers, cut };
    asked.push(now);
    const [next, ...later] = planned;
    if (later.length > 0) planned = later;
    if (next === undefined) throw new Error('the test planned no answer');
    next(response, now, request);
  });
  server.on('connection', (socket: Socket) => connections.set(socket.remotePort, socket));
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `https://feeds.example.com:${port}`,
    asked,
    network: {
      resolve: () => Promise.resolve(['127.0.0.1']),
      allows: (address) => address === '127.0.0.1',
      ca: certificate,
    },
    answers(...answers) {
      planned = answers;
      asked.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** 200 and the whole content. */
export function whole(content: Buffer | string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': String(Buffer.byteLength(content)), ...headers }).end(content);
  };
}

/** A status, and whatever headers. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => void response.writeHead(code, headers).end();
}

interface Ranged {
  readonly content: Buffer;
  readonly etag: string;
  /** So many bytes of the answer are sent. */
  readonly sent?: number;
  /** And then: a reset, silence, or a clean end. */
  readonly breaksBy?: 'cut' | 'stall' | 'end';
}

/** A server with ranges and If-Range, whose answer may break off. */
export function ranged({ content, etag, sent, breaksBy = 'end' }: Ranged): Answer {
  return (response, { headers, cut }) => {
    const [, first] = /^bytes=(\d+)-$/u.exec(headers.range ?? '') ?? [];
    const isRange = first !== undefined && headers['if-range'] === etag;
    const start = isRange ? Number(first) : 0;
    const bytes = content.subarray(start);
    response.writeHead(isRange ? 206 : 200, {
      etag,
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      ...(isRange ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    if (sent === undefined || sent >= bytes.length) {
      response.end(bytes);
      return;
    }
    response.flushHeaders();
    response.write(bytes.subarray(0, sent), () => {
      if (breaksBy === 'cut') cut();
      if (breaksBy === 'end') response.socket?.end();
    });
  };
}
