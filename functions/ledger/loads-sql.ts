import type { LoadCode } from '../contract/load-codes.ts';
import type { Outcome } from '../contract/outcomes.ts';
import type { LoadRequest } from '../contract/states.ts';
import type { Contract, FileColumn } from '../core/contract.ts';
import { sql, type Sql } from '../core/sql.ts';
import type { StoredObject } from '../objects/store.ts';

/** What makes two requests the same load, but for the generation. */
export interface LoadIdentity {
  readonly dataset: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** Answers no row where there is no such load. */
export function selectLoad(loadId: number): Sql {
  return sql`select * from landfall.loads where (load_id = ${loadId})`;
}

/** The same, locked: who ends the load, and who takes it over, see each other. */
export function selectLoadForUpdate(loadId: number): Sql {
  return sql`select * from landfall.loads where (load_id = ${loadId}) for update`;
}

/** The newest generation of one object in one dataset, locked, so that two claims see each other. */
export function selectNewestGeneration(identity: LoadIdentity): Sql {
  return sql`
    select *
    from landfall.loads
    where (dataset = ${identity.dataset})
      and (bucket = ${identity.bucket})
      and (key = ${identity.key})
      and (version_id = ${identity.versionId})
    order by generation desc
    limit 1
    for update`;
}

/** Answers no row where another claim of the same generation was first. */
export function insertLoad(load: {
  readonly dataset: string;
  readonly target: string;
  readonly object: StoredObject;
  readonly generation: number;
  readonly request: LoadRequest;
}): Sql {
  const { object } = load;
  return sql`
    insert into landfall.loads
      (dataset, target, bucket, key, version_id, generation, etag, size, sequencer, object_modified, request)
    values
      (${load.dataset}, ${load.target}, ${object.bucket}, ${object.key}, ${object.versionId}, ${load.generation},
       ${object.etag}, ${object.sizeBytes}, ${object.sequencer}, ${object.lastModified || null}, ${JSON.stringify(load.request)})
    on conflict (dataset, bucket, key, version_id, generation) do nothing
    returning *`;
}

/** A claim that resumes: the newest wish decides (dry run or not), until the gate was passed. */
export function updateRequest(loadId: number, request: LoadRequest): Sql {
  return sql`
    update landfall.loads
    set request = ${JSON.stringify(request)}
    where (load_id = ${loadId})
      and (gated_at is null)`;
}

/** The contract and its hash, as compiled now. */
export function updateContract(loadId: number, contract: Contract, contractHash: string): Sql {
  return sql`
    update landfall.loads
    set contract = ${JSON.stringify(contract)}, contract_hash = ${contractHash}
    where (load_id = ${loadId})`;
}

/** Why the load is refused; Finish turns it into the outcome. The attempt fences out zombies; before a lease it is 0. */
export function updateRefusal(loadId: number, attempt: number, code: LoadCode, message: string): Sql {
  return sql`
    update landfall.loads
    set code = ${code}, message = ${message}
    where (load_id = ${loadId})
      and (attempt = ${attempt})
      and (outcome is null)`;
}

/** A newer version came first, also of a load that failed before: Finish turns it into the outcome. */
export function updateSuperseded(loadId: number, attempt: number, message: string): Sql {
  return sql`
    update landfall.loads
    set outcome = null, code = 'SUPERSEDED', message = ${message}
    where (load_id = ${loadId})
      and (attempt = ${attempt})
      and ((outcome is null) or (outcome = 'FAILED'))`;
}

/** The attempt begins: earlier refusals and failures are history. */
export function updateAttempt(loadId: number, attempt: number, execution: string): Sql {
  return sql`
    update landfall.loads
    set attempt = ${attempt}, execution = ${execution}, attempt_started_at = clock_timestamp(),
      outcome = null, code = null, message = null, ended_at = null, reported_at = null
    where (load_id = ${loadId})`;
}

/** Same object, same dataset, an older generation that never ended: it is given up for the new one. */
export function abandonOlderGenerations(loadId: number): Sql {
  return sql`
    update landfall.loads as old
    set outcome = 'FAILED', code = 'REPLACED', ended_at = clock_timestamp(),
      message = 'given up: load ' || new.load_id || ' of the same object replaced it'
    from landfall.loads as new
    where (new.load_id = ${loadId})
      and (old.dataset = new.dataset)
      and (old.bucket = new.bucket)
      and (old.key = new.key)
      and (old.version_id = new.version_id)
      and (old.generation < new.generation)
      and (old.outcome is null)`;
}

/**
 * Whether one version of a key is newer than another: by S3's sequencers (objects/sequencer.ts has the same rule), or,
 * where one of them has none, by the time of modification. Both sides are relations with these two columns.
 */
function isNewer(left: Sql, right: Sql): Sql {
  const padded = (side: Sql): Sql =>
    sql`upper(rpad(${side}.sequencer, greatest(length(${left}.sequencer), length(${right}.sequencer)), '0')) collate "C"`;
  return sql`(case
        when (${left}.sequencer is not null) and (${right}.sequencer is not null) then ${padded(left)} > ${padded(right)}
        else ${left}.object_modified > ${right}.object_modified
      end)`;
}

/**
 * A bucket without versions names content, not uploads: after A, B and A again the second A has the version of the
 * first, which is loaded. Answers the B: loaded after that load, and older than what lies there now.
 */
export function selectLoadedBetween(loadId: number, now: StoredObject): Sql {
  return sql`
    select other.load_id
    from landfall.loads as mine
    cross join (values (${now.sequencer}::text, ${now.lastModified || null}::timestamptz)) as now (sequencer, object_modified)
    join landfall.loads as other
      on (other.dataset = mine.dataset)
      and (other.bucket = mine.bucket)
      and (other.key = mine.key)
      and (other.version_id <> mine.version_id)
      and (other.outcome = 'LOADED')
    where (mine.load_id = ${loadId})
      and (mine.version_id like 'etag:%')
      and ${isNewer(sql`other`, sql`mine`)}
      and ${isNewer(sql`now`, sql`other`)}
    limit 1`;
}

/** A newer version of the same key that is loaded already. */
export function selectNewerLoaded(loadId: number): Sql {
  return sql`
    select other.load_id
    from landfall.loads as mine
    join landfall.loads as other
      on (other.dataset = mine.dataset)
      and (other.bucket = mine.bucket)
      and (other.key = mine.key)
      and (other.version_id <> mine.version_id)
      and (other.outcome = 'LOADED')
    where (mine.load_id = ${loadId})
      and ${isNewer(sql`other`, sql`mine`)}
    limit 1`;
}

/** What PlanSlices found in the object's first bytes. */
export function updatePlan(plan: {
  readonly loadId: number;
  readonly epoch: string;
  readonly fileColumns: readonly FileColumn[];
  readonly bodyOffset: number;
  readonly bodyLine: number;
}): Sql {
  const columns = plan.fileColumns.map(({ header, column }) => ({ header, column: column?.name ?? null }));
  return sql`
    update landfall.loads
    set epoch = ${plan.epoch}, file_columns = ${JSON.stringify(columns)},
      body_offset = ${plan.bodyOffset}, body_line = ${plan.bodyLine},
      planned_at = clock_timestamp()
    where (load_id = ${plan.loadId})`;
}

/** The plan stands, and the staging is of this epoch from now on. */
export function updateEpoch(loadId: number, epoch: string): Sql {
  return sql`
    update landfall.loads
    set epoch = ${epoch}, planned_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** All slices tile; the load has so many records. */
export function updateComposed(loadId: number, records: number): Sql {
  return sql`
    update landfall.loads
    set records = ${records}, composed_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** All slices are validated: the time, for the report. */
export function updateValidated(loadId: number): Sql {
  return sql`update landfall.loads set validated_at = clock_timestamp() where (load_id = ${loadId})`;
}

/** The lock of a step's end: waits for nothing but a takeover, and tells whose load it is now. */
export function selectAttemptForShare(loadId: number): Sql {
  return sql`select attempt, epoch from landfall.loads where (load_id = ${loadId}) for share`;
}

/** The load has ended. */
export function updateOutcome(loadId: number, outcome: Outcome): Sql {
  return sql`
    update landfall.loads
    set outcome = ${outcome}, ended_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** Where its report and rejects file lie. */
export function updateReported(loadId: number, reportPath: string, rejectsPath: string | null): Sql {
  return sql`
    update landfall.loads
    set report_path = ${reportPath}, rejects_path = ${rejectsPath}, reported_at = clock_timestamp()
    where (load_id = ${loadId})`;
}

/** A technical failure, as the execution's end tells it: only of the attempt that this execution ran. */
export function updateFailure(failure: {
  readonly execution: string;
  readonly code: string;
  readonly message: string;
}): Sql {
  return sql`
    update landfall.loads
    set outcome = 'FAILED', code = coalesce(code, ${failure.code}), message = coalesce(message, ${failure.message}),
      ended_at = clock_timestamp()
    where (execution = ${failure.execution})
      and (outcome is null)
    returning load_id, attempt, target`;
}
