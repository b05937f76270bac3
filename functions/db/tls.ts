import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { requireAuthProblem, SCRAM_ONLY } from './require-auth.ts';

/** The ways a URL may say that the connection is encrypted, and that it is not. Both of TLS prove who the server is. */
const sslModes: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full'];

/** What pg's next version reads otherwise than this one, or what is followed here; so none of it reaches pg. */
const parameters = [
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'uselibpqcompat',
  'connect_timeout',
  SCRAM_ONLY.name,
];

/** How to connect: the URL without its TLS parameters, and these as pg takes them; false: no TLS. */
export interface Connection {
  readonly connectionString: string;
  readonly ssl: ConnectionOptions | false;
  /** As the URL's connect_timeout says; absent: it says nothing, or 0. */
  readonly connectionTimeoutMillis?: number;
}

/**
 * Reads the TLS parameters of a database URL. With TLS the server's certificate is always checked, its host name too, also
 * where libpq's `require` and `verify-ca` would not; without sslmode there is none.
 * @throws where tlsProblem finds one, and where a file of certificates cannot be read; no message holds the password.
 */
export function connectionOf(databaseUrl: string): Connection {
  if (!URL.canParse(databaseUrl)) throw new Error(`the database URL: ${unreadableUrl}`);
  const url = new URL(databaseUrl);
  const problem = hiddenPasswordProblem(url) ?? tlsProblem(url);
  if (problem !== null) throw new Error(`the database URL: ${problem}`);
  const ssl = wantsTls(url) ? verified(url) : false;
  if (!parameters.some((name) => url.searchParams.has(name))) return { connectionString: databaseUrl, ssl };
  const seconds = Number(url.searchParams.get('connect_timeout') ?? 0);
  for (const name of parameters) url.searchParams.delete(name);
  const timeout = seconds === 0 ? {} : { connectionTimeoutMillis: seconds * 1_000 };
  return { connectionString: url.href, ssl, ...timeout };
}

const form = 'write postgres://USER:PASSWORD@HOST:5432/DATABASE';

/** Of a text that is no URL. Nothing of it is shown: any part of it may be the password. */
export const unreadableUrl = `it cannot be read: a password with one of / ? # @ % : or a blank in it must have them percent-encoded (# is %23, / is %2F, @ is %40); ${form}`;

/** A password that is not encoded may leave a URL that is one, but in which a part of the password stands for a port, a path or a host. */
export function hiddenPasswordProblem({ username, pathname, search, hash }: URL): string | null {
  const isHidden = hash !== '' || pathname.includes('@') || (username === '' && search.includes('@'));
  return isHidden ? unreadableUrl : null;
}

/** A name that Amazon RDS gives to its servers, whose certificates AWS signs by authorities of its own. */
export function isRdsHost(host: string | undefined): boolean {
  return host !== undefined && /\.rds\.amazonaws\.com(\.cn)?$/i.test(host);
}

/** Why the parameters of TLS, proof and patience in the URL cannot be followed, and what to write instead; null where they can. */
export function tlsProblem({ searchParams }: URL): string | null {
  const mode = modeOf(searchParams);
  if (mode === 'prefer' || mode === 'allow') {
    return (
      `sslmode=${mode} leaves it to whoever stands between whether the connection is encrypted; ` +
      `write sslmode=verify-full, or sslmode=disable where the network is trusted`
    );
  }
  if (mode === 'no-verify') {
    return (
      `sslmode=no-verify would encrypt without knowing to whom; give the authority that signed the server's ` +
      `certificate instead: sslmode=verify-full&sslrootcert=/path/ca.pem`
    );
  }
  if (mode !== null && !sslModes.includes(mode))
    return `sslmode=${mode} does not exist; there are ${sslModes.join(', ')}`;
  return fileProblem(searchParams) ?? requireAuthProblem(searchParams) ?? timeoutProblem(searchParams);
}

/** Libpq's own, in seconds. */
function timeoutProblem(searchParams: URLSearchParams): string | null {
  const seconds = searchParams.get('connect_timeout');
  return seconds === null || /^\d{1,6}$/.test(seconds)
    ? null
    : 'connect_timeout (PGCONNECT_TIMEOUT) is a whole number of seconds';
}

function fileProblem(searchParams: URLSearchParams): string | null {
  const relative = ['sslrootcert', 'sslcert', 'sslkey'].find((name) => {
    const path = searchParams.get(name);
    return path !== null && path !== 'system' && !isAbsolute(path);
  });
  if (relative !== undefined) return `${relative} must be the whole path of a file, from / on`;
  return searchParams.has('sslcert') === searchParams.has('sslkey')
    ? null
    : 'sslcert and sslkey belong together: name both';
}

/** pg's own `ssl=true` is an sslmode too. */
function modeOf(searchParams: URLSearchParams): string | null {
  const ssl = searchParams.get('ssl');
  const mode = searchParams.get('sslmode') ?? ssl;
  if (mode === 'true' || mode === '1') return 'require';
  return mode === 'false' || mode === '0' ? 'disable' : mode;
}

/** A file of certificates without sslmode asks for TLS as well. */
function wantsTls({ searchParams }: URL): boolean {
  const mode = modeOf(searchParams);
  return mode === null ? searchParams.has('sslrootcert') || searchParams.has('sslcert') : mode !== 'disable';
}

/** servername must not be an address (RFC 6066, 3); a certificate for one is checked against the host all the same. */
function verified({ hostname, searchParams }: URL): ConnectionOptions {
  const host = (searchParams.get('host') ?? hostname).replace(/^\[(.+)\]$/, '$1');
  return {
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...fileOf(searchParams, 'sslrootcert', 'ca'),
    ...fileOf(searchParams, 'sslcert', 'cert'),
    ...fileOf(searchParams, 'sslkey', 'key'),
  };
}

function fileOf(searchParams: URLSearchParams, parameter: string, option: 'ca' | 'cert' | 'key'): ConnectionOptions {
  const path = searchParams.get(parameter);
  // libpq's word for the authorities that this machine trusts anyway
  if (path === null || path === 'system') return {};
  try {
    return { [option]: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`the database URL: ${parameter} names ${path}, which cannot be read (${code ?? 'unknown'})`, {
      cause: error,
    });
  }
}
