import { backWithinSeconds } from '../../protocol/database-away.ts';
import type { LeaseOwner } from '../../core/lease-owner.ts';
import { sql, type Sql } from '../../core/sql.ts';
import { mayComeBack } from './server-start.ts';

/** A lease as it stands; `expired` by the server's clock. */
export interface LeaseRow {
  readonly target: string;
  readonly load_id: number;
  readonly attempt: number;
  readonly execution: string;
  readonly token: string;
  readonly owner: LeaseOwner | null;
  readonly expired: boolean;
  /** Since this attempt has it. */
  readonly held_seconds: number;
}

/** The token of an attempt: what every transaction that writes the target compares. */
export function leaseToken(loadId: number, attempt: number): string {
  return `${loadId}:${attempt}`;
}

/** A lease to be; its end is `seconds` from now by the server's clock. */
export interface NewLease {
  readonly target: string;
  readonly loadId: number;
  readonly attempt: number;
  readonly execution: string;
  readonly owner: LeaseOwner | null;
  readonly seconds: number;
}

/**
 * Answers no row where nobody holds the target. A lease that ran out while the server was away, or just before or after, counts
 * until `backSeconds` after its start: its load had no way to renew it.
 */
export function selectLease(target: string, backSeconds: number = backWithinSeconds): Sql {
  return sql`
    select target, load_id, attempt, execution, token, owner,
      ((expires_at operator(pg_catalog.<) pg_catalog.clock_timestamp()) and (not ${mayComeBack(sql`expires_at`, backSeconds)})) as expired,
      pg_catalog.extract('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) acquired_at)::pg_catalog.float8 as held_seconds
    from landfall.leases
    where (target = ${target})`;
}

/** Answers no row where the target has a lease already. */
export function insertLease(lease: NewLease): Sql {
  return sql`
    insert into landfall.leases (target, load_id, attempt, execution, token, owner, expires_at)
    values (${lease.target}, ${lease.loadId}, ${lease.attempt}, ${lease.execution},
      ${leaseToken(lease.loadId, lease.attempt)}, ${lease.owner === null ? null : JSON.stringify(lease.owner)},
      clock_timestamp() + make_interval(secs => ${lease.seconds}))
    on conflict (target) do nothing
    returning token`;
}

/**
 * Takeover: waits for every transaction that holds the old lease FOR KEY SHARE, which the UPDATE by itself would not, since no key
 * changes; answers no row where it changed hands meanwhile.
 */
export function replaceLease(lease: NewLease, oldToken: string): Sql {
  return sql`
    with old as (
      select target from landfall.leases
      where (target = ${lease.target})
        and (token = ${oldToken})
      for update
    )
    update landfall.leases
    set load_id = ${lease.loadId}, attempt = ${lease.attempt}, execution = ${lease.execution},
      token = ${leaseToken(lease.loadId, lease.attempt)},
      owner = ${lease.owner === null ? null : JSON.stringify(lease.owner)},
      acquired_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => ${lease.seconds})
    where (target = (select target from old))
    returning token`;
}

/** Does nothing where the lease has passed to another attempt. */
export function renewLease(target: string, token: string, seconds: number): Sql {
  return sql`
    update landfall.leases
    set expires_at = clock_timestamp() + make_interval(secs => ${seconds})
    where (target = ${target})
      and (token = ${token})`;
}

/** A load, and its attempt's lease renewed beside it, where it has the target still. */
export function selectLoadRenewing(loadId: number, attempt: number, seconds: number): Sql {
  return sql`
    with renewed as (
      update landfall.leases
      set expires_at = pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => ${seconds})
      from landfall.loads as leasing
      where (leasing.load_id operator(pg_catalog.=) ${loadId})
        and (leases.target operator(pg_catalog.=) leasing.target)
        and (leases.token operator(pg_catalog.=) ${leaseToken(loadId, attempt)})
    )
    select * from landfall.loads where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/**
 * Held until the transaction ends: a takeover waits for it, and so does who takes the lease away. Renewing does not: a lane that
 * begins would else wait for the transaction of another one.
 */
export function selectTokenForKeyShare(target: string): Sql {
  return sql`select token from landfall.leases where (target = ${target}) for key share`;
}

/** Does nothing where the lease has passed to another attempt. */
export function deleteLease(target: string, token: string): Sql {
  return sql`delete from landfall.leases where (target = ${target}) and (token = ${token})`;
}

/** Of a load that this execution works on, whatever its attempt. Does nothing where the lease has passed to another one. */
export function deleteLeaseOf(loadId: number, execution: string): Sql {
  return sql`delete from landfall.leases where (load_id = ${loadId}) and (execution = ${execution})`;
}

/**
 * Ends the backends that older attempts of a load left behind: a killed client's statement may still run and commit.
 * They are found by their application_name, which anybody may choose: whatever is no number there is passed over. A role may end its own. Another execution that wants the lease is left alone.
 */
export function terminateBackends(loadId: number, beforeAttempt: number): Sql {
  return sql`
    select count(pg_terminate_backend(pid, 5000)) as ended
    from ${activity}
    where (application_name like ${`landfall:${loadId}:%`})
      and (substring(application_name from '^landfall:[0-9]+:([0-9]{1,9}):')::integer < ${beforeAttempt})
      and (split_part(application_name, ':', 4) <> 'AcquireLease')
      and ${ownBackends}`;
}

/** Earlier calls of this session's own application_name: of the same state, for the same part. */
export const namesakes = sql`(application_name = current_setting('application_name'))`;

/** Calls of all states of an attempt. */
export function callsOfAttempt(loadId: number, attempt: number): Sql {
  return sql`(application_name like ${`landfall:${loadId}:${attempt}:%`})`;
}

/** Ends other backends, of namesakes or callsOfAttempt, waiting up to 5 s for each; answers how many there were. */
export function terminateCalls(which: Sql): Sql {
  return sql`
    select count(pg_terminate_backend(pid, 5000))::integer as found
    from ${activity}
    where ${which}
      and ${ownBackends}`;
}

/** The other backends that are left of them. */
export function countCalls(which: Sql): Sql {
  return sql`
    select count(*)::integer as found
    from ${activity}
    where ${which}
      and ${ownBackends}`;
}

/** What pg_stat_activity is made of. To plan the view, which joins each backend with its role, is most of such a statement's 3 ms; every connection asks one. */
const activity = sql`pg_catalog.pg_stat_get_activity(null) as activity`;

const ownBackends = sql`(datid = (select oid from pg_catalog.pg_database where (datname = current_database())))
      and (pg_catalog.pg_get_userbyid(usesysid) = current_user)
      and (pid <> pg_backend_pid())`;
