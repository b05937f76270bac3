import { NoAnswer } from '../protocol/errors.ts';
import { printable } from '../core/printable.ts';
import { second } from '../words/quantities.ts';
import { sqlState } from './errors.ts';
import type { Holder } from './holders-sql.ts';
import { hurry } from './hurry.ts';

/** What is known of why a person waits. */
export interface Waited {
  readonly holders: readonly Holder[];
  /** The server has said nothing for too long. */
  readonly silent: boolean;
}

/** The error in words for a person, where it came of waiting; null where it did not. */
export function noAnswer(error: unknown, { holders, silent }: Waited): NoAnswer | null {
  const state = sqlState(error);
  if (silent) return new NoAnswer(silentWords, { cause: error }, null);
  if (state === '55P03') return new NoAnswer(heldWords(holders), { cause: error }, state);
  // who is second in line for a row waits anew when the first gives up
  if (state === '57014' && holders.length > 0) return new NoAnswer(heldWords(holders), { cause: error }, state);
  if (state === '57014') return new NoAnswer(slowWords, { cause: error }, state);
  return null;
}

const silentWords = `the server has the connection and has said nothing for ${hurry.silentMs / 1_000} s. It may be stopped (SIGSTOP, a frozen machine), overloaded, or a pooler in between is paused or has no session left. Look at the server itself; then type the command again`;

const slowWords = `the server ended the statement: it ran for ${hurry.statementMs / 1_000} s, the most that a command waits, or somebody cancelled it. The server is busy: select * from pg_stat_activity where (state = 'active') shows with what. Type the command again when it is not`;

/** Who is in the way, a line a session, and what to do about the first. */
export function heldWords(holders: readonly Holder[]): string {
  const relation = holders.find((each) => each.relation !== null)?.relation;
  const on = relation === null || relation === undefined ? 'what it needs' : printable(relation);
  const [first] = holders;
  if (first === undefined)
    return `another session holds a lock on ${on}, and it could not be asked which. select pid, usename, application_name, state, xact_start, pg_blocking_pids(pid) from pg_stat_activity shows them. Type the command again when it is gone`;
  return `another session holds a lock on ${on}:\n${holders.map(lineOf).join('')}Wait for its end and type the command again, or let its role or a superuser end it: ${endOf(first)}`;
}

function lineOf({ pid, role, application, address, state, since }: Holder): string {
  if (pid === 0) return '  a prepared transaction (select * from pg_prepared_xacts)\n';
  const known = [
    `process ${pid}`,
    role === null ? null : `role ${printable(role)}`,
    application === null || application === '' ? 'no application name' : `application ${printable(application)}`,
    address === null ? null : `from ${address}`,
    state,
    since === null ? null : `since ${second(since.toISOString())}`,
  ];
  return `  ${known.filter((part) => part !== null).join(', ')}\n`;
}

function endOf({ pid }: Holder): string {
  return pid === 0 ? "rollback prepared 'GID';" : `select pg_terminate_backend(${pid});`;
}
