import { createServer } from 'node:http';
import { listenHere } from '../local-server.ts';
import type { Metrics } from './metrics.ts';

/** Of this machine: a page of another site whose name leads here is not answered. */
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Answers GET /metrics at 127.0.0.1, to this machine alone, until the signal is aborted.
 * @param port 0: any that is free
 * @throws CommandError where the port is taken
 */
export async function serveMetrics(metrics: Metrics, port: number, signal: AbortSignal): Promise<{ url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    const isOurs = ownHost.test(request.headers.host ?? '');
    const status = !isOurs ? 403 : request.url !== '/metrics' ? 404 : request.method !== 'GET' ? 405 : 200;
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(status === 200 ? metrics.text() : 'GET /metrics\n');
  });
  server.requestTimeout = 5_000;
  server.maxConnections = 20;
  const own = await listenHere(server, port, { name: 'metrics', option: '--metrics-port' });
  signal.addEventListener('abort', () => server.close(), { once: true });
  return { url: `http://127.0.0.1:${own}/metrics` };
}
