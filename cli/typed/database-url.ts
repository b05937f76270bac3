import { SCRAM_ONLY } from '../../functions/db/require-auth.ts';
import { databaseOfVariables } from '../connection/variables.ts';
import { hiddenPasswordProblem, tlsProblem, unreadableUrl } from '../../functions/db/tls.ts';

/** What the command works on: a server that the person named, and by what; or the embedded one. */
export type DatabaseChoice =
  | { readonly kind: 'named'; readonly url: string; readonly by: string }
  | { readonly kind: 'embedded' }
  | { readonly kind: 'wrong'; readonly problem: string };

/**
 * --database-url, else DATABASE_URL, else the one of the project's config, else libpq's variables, else the embedded server. An
 * empty variable is none.
 */
export function chooseDatabase(
  option: string | undefined,
  env: Readonly<NodeJS.ProcessEnv>,
  ofProject: string | null = null,
): DatabaseChoice {
  const typed = typedUrl(option, env, ofProject) ?? databaseOfVariables(env);
  if (typed === null) return { kind: 'embedded' };
  if (typed.problem !== undefined) return { kind: 'wrong', problem: `${typed.by}: ${typed.problem}` };
  const problem = urlProblem(typed.url);
  if (problem !== null) return { kind: 'wrong', problem: `${typed.by}: ${problem}` };
  return { kind: 'named', url: typed.url, by: typed.by };
}

function typedUrl(
  option: string | undefined,
  env: Readonly<NodeJS.ProcessEnv>,
  ofProject: string | null,
): { readonly url: string; readonly by: string; readonly problem?: never } | null {
  const ways = [
    ['--database-url', option],
    ['DATABASE_URL', env['DATABASE_URL']?.trim() || undefined],
    ['database of landfall.config', ofProject ?? undefined],
  ] as const;
  const found = ways.find(([, url]) => url !== undefined);
  if (found === undefined) return null;
  const [by, url = ''] = found;
  return { by, url: withVariables(env, url) };
}

/** PGSSLMODE and PGSSLROOTCERT count where the URL says nothing of TLS, as for every client of PostgreSQL; PGCONNECT_TIMEOUT too. */
function withVariables(env: Readonly<NodeJS.ProcessEnv>, typed: string): string {
  if (!URL.canParse(typed)) return typed;
  const url = new URL(typed);
  const { searchParams } = url;
  const isSilent = !['ssl', 'sslmode', 'sslrootcert'].some((name) => searchParams.has(name));
  const tls = env['PGSSLMODE'] && isSilent ? { sslmode: env['PGSSLMODE'], sslrootcert: env['PGSSLROOTCERT'] } : {};
  const timeout = searchParams.has('connect_timeout') ? {} : { connect_timeout: env['PGCONNECT_TIMEOUT'] };
  const added = Object.entries({ ...tls, ...timeout }).filter(([, value]) => value);
  for (const [name, value] of added) searchParams.set(name, value ?? '');
  return added.length === 0 ? typed : url.href;
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
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || searchParams.get('port') || '5432'}`;
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
    return `${scheme}:// is not PostgreSQL; landfall loads into PostgreSQL alone: ${form}`;
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
  if (/,|%2c/i.test(hostname) || searchParams.get('host')?.includes(',') === true)
    return `it names several hosts, and landfall connects to one: name the primary server; ${form}`;
  if (pathname === '' || pathname === '/') return `it names no database; ${form}`;
  if (pathname.lastIndexOf('/') > 0)
    return `what follows the host is not the name of a database (a / must be %2F); ${form}`;
  return tlsProblem(url);
}
