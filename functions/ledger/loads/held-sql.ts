import type { CountName } from '../../core/dispositions.ts';
import { sql, type Sql } from '../../core/sql.ts';
import { nothingMerged } from '../batches/counts-sql.ts';
import { ofSameKey } from './versions-sql.ts';
import type { LoadIdentity } from './claims-sql.ts';

/** What a person is asked, as landfall.loads.held has it: what the load would do, and to which table, judged by which rules. */
export interface Held {
  /** In which the gate asked. */
  readonly attempt: number;
  /** What would become of the records. */
  readonly counts: Readonly<Record<CountName | 'records', number>>;
  /** Of the contract. */
  readonly hash: string;
  readonly fingerprint: string;
  /** Limits that it breaks, by their codes. */
  readonly codes: readonly string[];
  /** Why an earlier yes does not count any more, as what went past it; empty: there was none. */
  readonly moved: readonly string[];
}

/** The gate asks: the load waits from now on, and an earlier yes is used up. */
export function updateHeld(loadId: number, held: Held, days: number): Sql {
  return sql`
    update landfall.loads
    set held = ${JSON.stringify(held)}::pg_catalog.jsonb, approved_by = null, approved_at = null, held_told_at = null,
      held_until = pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(days => ${days})
    where (loads.load_id operator(pg_catalog.=) ${loadId})`;
}

/** Of the loads of one object in one dataset the one that waits for a yes, locked. */
export function selectHeldGeneration(identity: LoadIdentity): Sql {
  return sql`
    select *
    from landfall.loads
    where (dataset operator(pg_catalog.=) ${identity.dataset})
      and (bucket operator(pg_catalog.=) ${identity.bucket})
      and (key operator(pg_catalog.=) ${identity.key})
      and (version_id operator(pg_catalog.=) ${identity.versionId})
      and (outcome operator(pg_catalog.=) 'HELD')
    order by generation desc
    limit 1
    for update`;
}

/** Somebody says yes. Answers a row where the load waited for that. */
export function updateApproval(loadId: number, by: string): Sql {
  return sql`
    update landfall.loads
    set approved_by = ${by}, approved_at = pg_catalog.clock_timestamp()
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.outcome operator(pg_catalog.=) 'HELD')
    returning load_id`;
}

/** Nothing became of the records but what the quarantine has of them, and the report that says what would is none any more. */
const nothingBecame = sql`${nothingMerged},
      report_path = null, page_path = null, rejects_path = null, reported_at = null`;

/** Somebody, or the time, says no. Answers a row where the load waited. */
export function updateDeclined(loadId: number, message: string): Sql {
  return sql`
    update landfall.loads
    set outcome = 'REJECTED', code = 'DECLINED', message = ${message}, ended_at = pg_catalog.clock_timestamp(),
      ${nothingBecame}
    where (loads.load_id operator(pg_catalog.=) ${loadId})
      and (loads.outcome operator(pg_catalog.=) 'HELD')
    returning attempt`;
}

/** An older generation of the same object waits for a yes, and this one takes its place; a dry run takes nobody's. */
export function declineOlderGenerations(loadId: number): Sql {
  return sql`
    update landfall.loads as old
    set outcome = 'REJECTED', code = 'DECLINED', ended_at = pg_catalog.clock_timestamp(),
      message = pg_catalog.format('it was held, and load %s of the same object, loaded anew, took its place', new.load_id),
      ${nothingBecame}
    from landfall.loads as new
    where (new.load_id operator(pg_catalog.=) ${loadId})
      and ((new.request operator(pg_catalog.->>) 'dryRun') is distinct from 'true')
      and ${ofSameKey(sql`old`, sql`new`)}
      and (old.version_id operator(pg_catalog.=) new.version_id)
      and (old.generation operator(pg_catalog.<) new.generation)
      and (old.outcome operator(pg_catalog.=) 'HELD')`;
}

/** Loads that were declined within a day, and whose report does not say so yet, the oldest first: { load_id }. */
export function selectUnreportedDeclined({
  onOneMachine,
  most,
}: {
  readonly onOneMachine: boolean;
  readonly most: number;
}): Sql {
  return sql`
    select loads.load_id
    from landfall.loads
    where (loads.code operator(pg_catalog.=) 'DECLINED')
      and (loads.report_path is null)
      and (loads.outcome operator(pg_catalog.=) 'REJECTED')
      and (loads.ended_at operator(pg_catalog.>) (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(days => 1)))
      and (((loads.execution operator(pg_catalog.~~) 'arn:%') is true) operator(pg_catalog.<>) ${onOneMachine}::pg_catalog.bool)
    order by loads.load_id
    limit ${most}`;
}

/** Loads that nobody said yes to in time, the oldest first: not those whose yes came less than a day ago, which go on yet. */
export function selectOverdue(limit: number): Sql {
  return sql`
    select load_id, pg_catalog.ceil(pg_catalog.extract('epoch',
      loads.held_until operator(pg_catalog.-) loads.ended_at) operator(pg_catalog./) 86400)::pg_catalog.int4 as days
    from landfall.loads
    where (outcome operator(pg_catalog.=) 'HELD')
      and (held_until operator(pg_catalog.<) pg_catalog.clock_timestamp())
      and ((approved_at is null)
        or (approved_at operator(pg_catalog.<) (pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.make_interval(days => 1))))
    order by held_until, load_id
    limit ${limit}`;
}

/** A load that waits, of which nobody was told yet. */
export interface UntoldHeld {
  readonly load_id: number;
  readonly dataset: string;
  readonly target: string;
  readonly bucket: string;
  readonly key: string;
  readonly held: Held;
  readonly held_until: Date;
}

/** The oldest first. */
export function selectUntoldHeld(limit: number): Sql {
  return sql`
    select load_id, dataset, target, bucket, key, held, held_until
    from landfall.loads
    where (outcome operator(pg_catalog.=) 'HELD')
      and (held_told_at is null)
      and (held is not null)
    order by load_id
    limit ${limit}`;
}

/** People know of them. */
export function updateHeldTold(loadIds: readonly number[]): Sql {
  return sql`
    update landfall.loads
    set held_told_at = pg_catalog.clock_timestamp()
    where (load_id operator(pg_catalog.=) any (${loadIds}::pg_catalog.int8[]))`;
}
