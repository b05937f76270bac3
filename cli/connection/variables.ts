import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../functions/core/printable.ts';
import { readService } from './service-file.ts';

type Env = Readonly<NodeJS.ProcessEnv>;

/**
 * Any one of these names a database. The others (PGUSER, PGPORT, PGPASSWORD, ...) only say how to reach one, and are set on many
 * machines for other programs: alone they leave the embedded server (docs/adr/0062).
 */
const naming = ['PGHOST', 'PGHOSTADDR', 'PGSERVICE', 'PGDATABASE'] as const;

/** By libpq's keyword; the password stays where pg itself finds it: PGPASSWORD, or a password file. */
const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  require_auth: 'PGREQUIREAUTH',
  connect_timeout: 'PGCONNECT_TIMEOUT',
};

/** What psql would connect to with these variables, as a URL; null where none of them names a database. */
export type VariablesChoice =
  | { readonly url: string; readonly by: string; readonly problem?: never }
  | { readonly by: string; readonly problem: string }
  | null;

/** A service comes before the variables, as with libpq; what neither says is libpq's default. */
export function databaseOfVariables(env: Env, socketFolders = usualSocketFolders): VariablesChoice {
  const named = naming.filter((name) => env[name]);
  if (named.length === 0) return null;
  const set = Object.values(variables).filter(
    (name) => env[name] && /^PG(HOST|HOSTADDR|PORT|DATABASE|USER)$/.test(name),
  );
  const service = env['PGSERVICE'] ? readService(env['PGSERVICE'], env) : null;
  if (service?.problem !== undefined) return { by: 'PGSERVICE', problem: service.problem };
  const by = [
    ...(service === null ? [] : [`PGSERVICE (${printable(env['PGSERVICE'] ?? '', 60)} in ${printable(service.file)})`]),
    ...set,
  ].join(', ');
  const ofVariables = Object.entries(variables).flatMap(([keyword, name]) => (env[name] ? [[keyword, env[name]]] : []));
  const settings: Settings = { ...Object.fromEntries(ofVariables), ...service?.settings };
  const place = placeOf(settings, socketFolders);
  return typeof place === 'string' ? { by, problem: place } : { by, url: urlOf(place, settings) };
}

type Settings = Readonly<Partial<Record<string, string>>>;

interface Place {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: string;
}

/** Debian's, and PostgreSQL's own default. */
const usualSocketFolders: readonly string[] = process.platform === 'win32' ? [] : ['/var/run/postgresql', '/tmp'];

/** Or what is wrong. */
function placeOf(settings: Settings, socketFolders: readonly string[]): Place | string {
  const { host, hostaddr, port = '5432', sslmode } = settings;
  if ([host, hostaddr, port].some((each) => each?.includes(',')))
    return 'several hosts are named; landfall connects to one: name the primary server';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    return `"${printable(port, 60)}" is no port (1 to 65535)`;
  if (host !== undefined && hostaddr !== undefined && sslmode !== undefined && sslmode !== 'disable')
    return 'host and address are both named, and the certificate is checked against one: name the host alone (PGHOST)';
  const named = hostaddr ?? host;
  if (named !== undefined && !isSocket(named) && !/^[\p{L}\p{N}_.:%-]+$/u.test(named))
    return `"${printable(named, 60)}" is no host: a name, an address, or the folder of a socket, from / on`;
  if (named !== undefined) return { host: named, port };
  const folder = socketFolders.find((each) => existsSync(join(each, `.s.PGSQL.${port}`)));
  return { host: folder ?? 'localhost', port };
}

const isSocket = (host: string): boolean => host.startsWith('/');

function urlOf({ host, port }: Place, settings: Settings): string {
  const { user = userInfo().username, password, dbname = user } = settings;
  const parameters = new URLSearchParams();
  const entered = isSocket(host)
    ? ''
    : `${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@`;
  if (isSocket(host)) {
    parameters.set('host', host);
    parameters.set('port', port);
    parameters.set('user', user);
    if (password) parameters.set('password', password);
  }
  // TLS is no matter of a socket, as with libpq
  const tls = isSocket(host) ? [] : ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
  for (const keyword of [...tls, 'require_auth', 'connect_timeout', 'options']) {
    const value = settings[keyword];
    if (value) parameters.set(keyword, value);
  }
  const at = isSocket(host) ? '' : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return `postgres://${entered}${at}/${encodeURIComponent(dbname)}${query}`;
}
