import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as open, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { notNow, refused, type Source } from './faults.ts';
import type { FetchLimits } from './limits.ts';
import type { Network } from './network.ts';

/** What every request of one fetch has in common. */
export interface Line {
  readonly source: Source;
  readonly network: Network;
  readonly limits: FetchLimits;
  /** Ends everything: the function is about to be ended. */
  readonly signal: AbortSignal;
}

/**
 * One GET over verified TLS; answers when the headers are there. The host is resolved here and the connection made to an
 * address that was looked at: a name that changes its address in between leads nowhere else.
 * @throws FetchRefused for an address that is not public or a certificate that does not hold; TryAgain for the network
 */
export async function exchange(line: Line, url: URL, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const addresses = isIP(host) === 0 ? await resolved(line, host) : [host];
  const closed = addresses.find((address) => !line.network.allows(address));
  if (closed !== undefined) {
    throw refused(
      line.source,
      `${host} is ${closed}, an address inside a network, and fetch reaches only the internet. Have the file uploaded into the landing bucket instead`,
    );
  }
  let failure: unknown = null;
  for (const address of addresses) {
    line.signal.throwIfAborted();
    try {
      return await get(line, requestTo(line, { url, host, address, headers }));
    } catch (error) {
      line.signal.throwIfAborted();
      failure = error;
    }
  }
  throw connectionFault(line.source, host, failure);
}

async function resolved({ source, network }: Line, host: string): Promise<readonly string[]> {
  try {
    return await network.resolve(host);
  } catch (error) {
    throw notNow(
      source,
      `${host} has no address (${wordsOf(error)}); if that stays, check the host of fetch.url`,
      error,
    );
  }
}

interface Target {
  readonly url: URL;
  readonly host: string;
  readonly address: string;
  readonly headers: OutgoingHttpHeaders;
}

function requestTo({ network, signal }: Line, { url, host, address, headers }: Target): RequestOptions {
  return {
    host: address,
    port: url.port === '' ? 443 : Number(url.port),
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host },
    // the certificate is held against the name, not against the address; an address has no name to send
    servername: isIP(host) === 0 ? host : '',
    rejectUnauthorized: true,
    agent: false,
    signal,
    ...(network.ca === undefined ? {} : { ca: network.ca }),
  };
}

function get({ limits }: Line, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(options);
    const endAfter = (milliseconds: number, what: string): NodeJS.Timeout =>
      setTimeout(() => request.destroy(new Error(`${what} for ${milliseconds / 1000} s`)), milliseconds);
    let timer = endAfter(limits.connectMilliseconds, 'no connection');
    request.once('socket', (socket) => {
      socket.once('secureConnect', () => {
        clearTimeout(timer);
        timer = endAfter(limits.stallMilliseconds, 'no answer');
      });
    });
    let answered: IncomingMessage | null = null;
    request.once('response', (response) => {
      clearTimeout(timer);
      answered = response;
      resolve(response);
    });
    // after the headers too: bytes past the end that Content-Length names are told here, and make the body a broken one
    request.on('error', (error) => {
      clearTimeout(timer);
      answered?.destroy(error);
      reject(error);
    });
    request.end();
  });
}

/** OpenSSL's and Node's codes for a certificate that does not hold. */
const badCertificate = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH)/u;

function connectionFault(source: Source, host: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return badCertificate.test(code)
    ? refused(
        source,
        `the certificate of ${host} does not hold (${wordsOf(error)}). Its owner must mend it; it is never passed over`,
        error,
      )
    : notNow(source, `${host} could not be reached (${wordsOf(error)})`, error);
}

/** The code where the message does not hold it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return code === '' || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
