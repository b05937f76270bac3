import type pg from 'pg';
import { literal } from '../../core/sql.ts';
import { meaningsOf } from '../meanings.ts';
import { isSettled } from './settled.ts';

/** As a statement outside of a transaction has them: UTC, any time, 30 s for a lock. */
const settled: Readonly<Record<string, string>> = {
  ...meaningsOf(),
  client_encoding: `'UTF8'`,
  jit: 'off',
  lock_timeout: '30000',
  idle_in_transaction_session_timeout: '0',
};

/** The name under which the server shows it from now on. */
export function naming(applicationName: string): string {
  return `set application_name = ${literal(applicationName).text}`;
}

/**
 * A call begins in a kept session: the name under which the server shows it, and settings that hold until the call ends. `isUnflushed`:
 * a commit does not wait until it is on disk.
 */
export function beginningCall(applicationName: string, isUnflushed: boolean): string {
  const all = {
    application_name: literal(applicationName).text,
    ...settled,
    ...(isUnflushed && { synchronous_commit: 'off' }),
  };
  return Object.entries(all)
    .map(([name, value]) => `set ${name} = ${value}`)
    .join('; ');
}

/** What a transaction has to set of what it wishes: all, or where the session is settled what differs. */
export function settingsToSet(
  db: pg.Client,
  wished: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (!isSettled(db)) return wished;
  const differs = ([name, value]: readonly [string, string]): boolean =>
    name !== 'application_name' && settled[name] !== value;
  return Object.fromEntries(Object.entries(wished).filter(differs));
}

/**
 * A call has ended: the session as a new one would be, but for plans of Landfall's own; and whether somebody's code has prepared
 * statements in it, which stay.
 */
export const endingCall = [
  `select pg_catalog.pg_stat_force_next_flush(),
    exists (select from pg_catalog.pg_prepared_statements as prepared where prepared.from_sql) as "leftPrepared"`,
  'close all',
  'unlisten *',
  'reset session authorization',
  'reset all',
  'select pg_catalog.pg_advisory_unlock_all()',
  'discard temporary',
  'discard sequences',
].join('; ');

/** A record of the transaction's own, so that its commit is waited for, and with it all before. */
export const flushing = `begin; set local synchronous_commit to default;
  select pg_catalog.pg_logical_emit_message(true, 'landfall', 'flush'); commit`;
