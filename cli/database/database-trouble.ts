import { percentDecoded } from '../../functions/core/object-url.ts';
import { printable } from '../../functions/core/printable.ts';
import { redact, secretsOf } from '../../functions/core/redact.ts';
import { shellWord, sqlIdent } from '../../functions/core/typed-again.ts';
import { UnprovenServer } from '../../functions/db/require-auth.ts';
import { serverOf } from '../typed/database-url.ts';

interface Trouble {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly Trouble[];
}

/**
 * Why a connection could not be made, and what to do now. `error` is what pg threw: SQLSTATE or the socket's code decide,
 * the message only where pg gives no code.
 */
export function connectionTrouble(error: unknown, url: string): string {
  const trouble = (error ?? {}) as Trouble;
  // "localhost" is tried as ::1 and as 127.0.0.1; both failed
  const code = trouble.code ?? trouble.errors?.[0]?.code ?? '';
  const server = serverOf(url);
  if (error instanceof UnprovenServer) {
    return `${server} is not known to be the server that the password belongs to: ${error.message}. The password was not sent. If another program has the port of the embedded server, run the command again: it finds or starts the right one. If you changed pg_hba.conf of the server, set it back to scram-sha-256.`;
  }
  const database = percentDecoded(new URL(url).pathname.slice(1));
  const user = percentDecoded(new URL(url).username) || new URL(url).searchParams.get('user') || 'the default user';
  const told = bySocket(code, server) ?? bySqlState(code, { server, database, user }) ?? byTls(code, server);
  return (
    told ?? redact(byMessage(trouble.message ?? String(error), { server, user: printable(user) }), secretsOf({}, [url]))
  );
}

function bySocket(code: string, server: string): string | null {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing accepts connections at ${server}. Is PostgreSQL running there, and is that its port? (pg_isready -h HOST -p PORT tells)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `there is no host "${server.replace(/:\d+$/, '')}" (the name cannot be resolved). Check the host in the database URL, and VPN or DNS.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${server} does not answer. A firewall, a security group or a missing VPN usually is the reason; check that this machine may reach that host and port. Where it takes the connection and says nothing, it is stopped (SIGSTOP), frozen or overloaded.`;
    case 'ENOENT':
    case 'EACCES':
      return `the socket of PostgreSQL at ${server} cannot be entered (${code}): ${code === 'ENOENT' ? 'there is none. Is the server running, with that unix_socket_directories and that port?' : 'this user may not use it.'} Or name the host: PGHOST=localhost`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${server} closed the connection at once. It may be no PostgreSQL server, or a proxy in between refused; check host and port.`;
    default:
      return null;
  }
}

function bySqlState(code: string, at: { server: string; database: string; user: string }): string | null {
  switch (code) {
    case '28P01':
      return `${at.server} refused the password of "${printable(at.user)}". Check user and password in the database URL (special characters percent-encoded: # is %23).`;
    case '28000':
      return `${at.server} does not let "${printable(at.user)}" in: no such role, or its pg_hba.conf has no line for this role, database, address and encryption (try ?sslmode=require).`;
    case '3D000':
      return `there is no database "${printable(at.database)}" at ${at.server}. Create it (createdb ${shellWord(at.database)}) or correct the end of the database URL.`;
    case '53300':
      return `${at.server} has no connection left: all of max_connections are taken, but for those that superuser_reserved_connections and reserved_connections keep back, or the role or the database is at its own limit. Who has them a superuser sees, for whom some are kept: select usename, application_name, state, count(*) from pg_stat_activity group by 1, 2, 3; Wait for others to finish, end what is idle, or raise the limit; a load takes up to ten.`;
    case '57P03':
      return `${at.server} is starting up, shutting down or recovering. Wait a moment and run the command again.`;
    case '42501':
      return `"${printable(at.user)}" may not connect to the database "${printable(at.database)}": grant connect on database ${sqlIdent(at.database)} to ${sqlIdent(at.user)};`;
    default:
      return null;
  }
}

const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

function byTls(code: string, server: string): string | null {
  if (untrusted.has(code)) {
    return `the TLS certificate of ${server} is signed by nobody this machine trusts (${code}). Give the CA's file in the database URL: ?sslmode=verify-full&sslrootcert=/path/ca.pem (for RDS: global-bundle.pem).`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `the TLS certificate of ${server} has expired. Renew it on the server.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the TLS certificate of ${server} is for another host name. Use the name that is in the certificate in the database URL.`;
  }
  return null;
}

/** pg names these only in words. */
function byMessage(message: string, { server, user }: { server: string; user: string }): string {
  if (/does not support SSL/i.test(message)) {
    return `${server} speaks no TLS, but the database URL asks for it. Add ?sslmode=disable to the URL if that network is trusted.`;
  }
  if (/client password must be a (non-empty )?string|no password supplied/i.test(message)) {
    return `${server} wants a password for "${user}" and the database URL has none: postgres://USER:PASSWORD@HOST:5432/DATABASE (or put it into PGPASSWORD, or into a password file: PGPASSFILE, else ~/.pgpass, mode 0600).`;
  }
  if (/timeout/i.test(message)) return bySocket('ETIMEDOUT', server) ?? message;
  if (/terminated unexpectedly|Connection terminated/i.test(message)) return bySocket('ECONNRESET', server) ?? message;
  return `${server} cannot be used: ${printable(message)}`;
}
