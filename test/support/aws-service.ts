import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsConnection } from '../../functions/aws/connection.ts';

/** A request as an AWS service gets it: X-Amz-Target (or Action of the query protocol), and its fields. */
export interface AwsCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the service answers: a body, or an error by its name. */
export type AwsAnswer = { readonly body: object | string } | { readonly error: string; readonly status?: number };

export interface AwsService {
  readonly connection: Required<AwsConnection>;
  readonly calls: AwsCall[];
  close(): Promise<void>;
}

/** A server that speaks the protocols of Step Functions, Secrets Manager (JSON) and SNS (query), and answers as planned. */
export async function startAwsService(answer: (call: AwsCall) => AwsAnswer): Promise<AwsService> {
  const calls: AwsCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = callOf(String(request.headers['x-amz-target'] ?? ''), Buffer.concat(chunks).toString('utf8'));
      calls.push(call);
      const answered = answer(call);
      if ('error' in answered) {
        response.writeHead(answered.status ?? 400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ __type: answered.error, message: `${answered.error} of the test` }));
        return;
      }
      const isText = typeof answered.body === 'string';
      response.writeHead(200, { 'content-type': isText ? 'text/xml' : 'application/x-amz-json-1.1' });
      response.end(isText ? answered.body : JSON.stringify(answered.body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    connection: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function callOf(target: string, body: string): AwsCall {
  if (target !== '') {
    return { action: target.slice(target.indexOf('.') + 1), input: JSON.parse(body) as Record<string, unknown> };
  }
  const { Action = '', ...input } = Object.fromEntries(new URLSearchParams(body));
  return { action: Action, input };
}
