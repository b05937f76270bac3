import type { IncomingMessage } from 'node:http';
import { exchange, type Line } from './exchange.ts';
import { AskedToWait, notNow, refused, shownUrl } from './faults.ts';

/** What is asked for, and who asks. */
export interface Question {
  readonly url: string;
  /** Beside the URL's own: hosts that a redirect may lead to. */
  readonly hosts: readonly string[];
  /** Go only to the origin of `url`, never where a redirect leads. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  /** Name of the secret they come from, for messages; null where there is none. */
  readonly secretName: string | null;
}

/**
 * The answer to a GET behind all redirects: 200, 206, 304, 412 or 416; its body is unread.
 * @throws FetchRefused for a redirect to a host that is not listed and for statuses that stay; TryAgain for 408, 429 and 5xx
 */
export async function answerTo(
  line: Line,
  question: Question,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const start = new URL(question.url);
  let url = start;
  for (let hops = 0; hops <= line.limits.redirects; hops += 1) {
    const secret = url.origin === start.origin ? question.secretHeaders : {};
    const response = await exchange(line, url, { 'user-agent': 'landfall', accept: '*/*', ...secret, ...headers });
    if (!isRedirect(response)) return demandAnswer(line, question, response);
    response.destroy();
    url = redirectTarget(line, question, { from: url, location: response.headers.location ?? '' });
  }
  throw refused(line.source, `it redirects more than ${line.limits.redirects} times. Give the address where it ends`);
}

function isRedirect({ statusCode = 0, headers }: IncomingMessage): boolean {
  return [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
}

function redirectTarget(line: Line, { hosts }: Question, { from, location }: { from: URL; location: string }): URL {
  const { source } = line;
  if (!URL.canParse(location, from.href))
    throw refused(source, 'it redirects to an address that is none. Tell its owner');
  const target = new URL(location, from.href);
  if (target.protocol !== 'https:') {
    throw refused(
      source,
      `it redirects to ${target.protocol}//${target.host}, and only https:// is followed. Tell its owner`,
    );
  }
  if (target.hostname === new URL(source.url).hostname || hosts.includes(target.hostname)) return target;
  throw refused(
    source,
    `it redirects to ${shownUrl(target.href)}, a host that the dataset does not list. If that is right, add fetch.hosts: ['${target.hostname}']`,
  );
}

function demandAnswer(line: Line, { secretName }: Question, response: IncomingMessage): IncomingMessage {
  const { statusCode: status = 0 } = response;
  if ([200, 206, 304, 412, 416].includes(status)) return response;
  response.destroy();
  const said = `the server answered ${status}${response.statusMessage ? ` ${response.statusMessage}` : ''}`;
  if (status >= 500 || status === 429 || status === 408) {
    const wanted = retryAfter(response.headers['retry-after']);
    throw wanted === null ? notNow(line.source, said) : new AskedToWait(line.source, said, wanted);
  }
  throw refused(line.source, `${said}. ${adviceOn(status, secretName)}`);
}

/** Milliseconds. Source: RFC 9110, 10.2.3: seconds, or a date; null where it is neither. */
function retryAfter(text = ''): number | null {
  if (/^\d{1,9}$/u.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function adviceOn(status: number, secretName: string | null): string {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return secretName === null
        ? 'If it wants credentials, put them into a secret and name it in fetch.secret'
        : `Check the credentials in the secret ${secretName}, and that they may read this file`;
    case 404:
    case 410:
      return 'Check fetch.url, and that the file is there at the time of the schedule';
    default:
      return 'Check fetch.url; a GET of it must answer the file';
  }
}
