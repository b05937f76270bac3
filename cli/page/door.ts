import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What opens the page: whoever has neither is told nothing. */
export interface Keys {
  /** In the address that the command prints; a browser gets the cookie for it, and is sent on to an address without it. */
  readonly token: string;
  /** The value of the cookie. */
  readonly session: string;
  readonly port: number;
}

/** Who asks for what. */
export interface Asking {
  readonly method: string;
  /** Path and query, as it was sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** `greet`: it brings the token, and gets the cookie. */
type Judged = { readonly is: 'in' | 'greet' } | { readonly is: 'out'; readonly status: number; readonly why: string };

/** Of this page alone: cookies know no port. */
export function cookieName(port: number): string {
  return `landfall_${port}`;
}

/**
 * Whether a request comes from the page itself, in the browser of whoever read the command's output. The host has to be this machine by
 * number or as localhost: a name of somebody else's that leads here (DNS rebinding) is refused before anything else is looked at. What
 * another site asks for says so in Origin and Sec-Fetch-Site; the cookie is never sent with it (SameSite=Strict), and what changes
 * something needs an Origin.
 */
export function judge({ method, url, headers }: Asking, { token, session, port }: Keys): Judged {
  const { host = '', origin, cookie = '' } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    return out(403, 'this page is at 127.0.0.1 alone: open the address that landfall dev printed');
  const changes = method !== 'GET' && method !== 'HEAD';
  if (origin === undefined ? changes : origin !== `http://${host}`)
    return out(403, 'another site may ask for nothing here');
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return out(403, 'another site may ask for nothing here');
  // an address like //: Node hands on whatever was sent
  if (!URL.canParse(url, 'http://page')) return out(400, 'this is no address of the page');
  const typed = method === 'GET' ? new URL(url, 'http://page').searchParams.get('token') : null;
  if (typed !== null) return isSame(typed, token) ? { is: 'greet' } : out(401, wrong);
  const cookies = cookie.split(';').map((each) => each.trim());
  return cookies.some((each) => isSame(each, `${cookieName(port)}=${session}`)) ? { is: 'in' } : out(401, wrong);
}

const wrong = 'open the address that landfall dev printed: it has a token, which changes with every start';

function out(status: number, why: string): Judged {
  return { is: 'out', status, why };
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
