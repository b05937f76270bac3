import { SCRAM_ONLY } from '../../functions/db/require-auth.ts';
import { hiddenPasswordProblem, tlsProblem, unreadableUrl } from '../../functions/db/tls.ts';

/** What the command works on: a server that the person named, or the embedded one. */
export type DatabaseChoice =
  | { readonly kind: 'named'; readonly url: string }
  | { readonly kind: 'embedded' }
  | { readonly kind: 'wrong'; readonly problem: string };

/** --database-url, else DATABASE_URL, else the one of the project's config, else the embedded server. An empty DATABASE_URL is none. */
export function chooseDatabase(
  option: string | undefined,
  env: Readonly<NodeJS.ProcessEnv>,
  ofProject: string | null = null,
): DatabaseChoice {
  const fromEnvironment = env['DATABASE_URL']?.trim() || undefined;
  const typed = option ?? fromEnvironment ?? ofProject ?? undefined;
  if (typed === undefined) return { kind: 'embedded' };
  const url = withTlsOf(env, typed);
  const problem = urlProblem(url);
  if (problem === null) return { kind: 'named', url };
  const by = fromEnvironment === undefined ? 'database of landfall.config' : 'DATABASE_URL';
  return { kind: 'wrong', problem: `${option === undefined ? by : '--database-url'}: ${problem}` };
}

/** PGSSLMODE and PGSSLROOTCERT count where the URL says nothing of TLS, as for every client of PostgreSQL. */
function withTlsOf(env: Readonly<NodeJS.ProcessEnv>, typed: string): string {
  if (!env['PGSSLMODE'] || !URL.canParse(typed)) return typed;
  const url = new URL(typed);
  if (['ssl', 'sslmode', 'sslrootcert'].some((name) => url.searchParams.has(name))) return typed;
  url.searchParams.set('sslmode', env['PGSSLMODE']);
  if (env['PGSSLROOTCERT']) url.searchParams.set('sslrootcert', env['PGSSLROOTCERT']);
  return url.href;
}

/** The embedded server's URL for Landfall itself: whoever has taken its port in between gets no password. */
export function withProof(url: string): string {
  return `${url}?${SCRAM_ONLY.name}=${SCRAM_ONLY.value}`;
}

/** The same for other clients, of which those older than PostgreSQL 16 refuse the parameter. */
export function withoutProof(url: string): string {
  return url.replace(`?${SCRAM_ONLY.name}=${SCRAM_ONLY.value}`, '');
}

/** host:port, as a message names a server. */
export function serverOf(url: string): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || '5432'}`;
}

const form = 'write postgres://USER:PASSWORD@HOST:5432/DATABASE';

/** Whether whoever lists the processes of the machine finds a password in it. */
export function holdsPassword(url: string): boolean {
  return URL.canParse(url) && (new URL(url).password !== '' || /password/i.test(new URL(url).search));
}

/** Nothing of a URL that cannot be read is shown: any part of it may be the password. */
function urlProblem(url: string): string | null {
  if (/^jdbc:/i.test(url)) return `it is a JDBC URL; leave out "jdbc:" and ${form}`;
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const words = /(^|\s)(host|dbname|user|port|password)\s*=/.test(url)
      ? 'it is a list of keywords, not a URL'
      : 'it is not a URL';
    return `${words}; ${form}`;
  }
  if (scheme !== 'postgres' && scheme !== 'postgresql') {
    return `${scheme}:// is not PostgreSQL; landfall loads into PostgreSQL 17 only: ${form}`;
  }
  if (!URL.canParse(url)) {
    const isPort = /^postgres(?:ql)?:\/\/(?:[^/?#@:]*(?::[^/?#@:]*)?@)?[^/?#@:]+:\d{5,}(?:[/?]|$)/i.test(url);
    return isPort ? `its port is none (1 to 65535); ${form}` : unreadableUrl;
  }
  return partsProblem(new URL(url));
}

function partsProblem(url: URL): string | null {
  const { hostname, pathname, searchParams } = url;
  const hidden = hiddenPasswordProblem(url);
  if (hidden !== null) return hidden;
  if (hostname === '' && !searchParams.has('host')) return `it names no host; ${form}`;
  if (pathname === '' || pathname === '/') return `it names no database; ${form}`;
  if (pathname.lastIndexOf('/') > 0)
    return `what follows the host is not the name of a database (a / must be %2F); ${form}`;
  return tlsProblem(url);
}
