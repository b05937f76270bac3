import { type Disposition, dispositions } from '../../core/dispositions.ts';
import { sql, type Sql } from '../../core/sql.ts';
import { verdictsTable } from '../../core/staging.ts';
import { isLate } from '../rejects/late-rejects-sql.ts';

/** An empty verdicts table; transform recomputes it from staging until the gate. */
export function createVerdicts(loadId: number): Sql {
  return sql`
    create unlogged table ${verdictsTable(loadId)} (
      slice integer not null, record_no integer not null, disposition "char" not null
    ) with (autovacuum_enabled = off)`;
}

/** Harmless where there are none. */
export function dropVerdicts(loadId: number): Sql {
  return sql`drop table if exists ${verdictsTable(loadId)}`;
}

/** Once all verdicts are in: batches look theirs up by slice and record. */
export function indexVerdicts(loadId: number): Sql {
  return sql`create index on ${verdictsTable(loadId)} (slice, record_no) include (disposition)`;
}

/** For the joins that leave out what has a verdict. */
export function analyzeVerdicts(loadId: number): Sql {
  return sql`analyze ${verdictsTable(loadId)}`;
}

/** Of the quarantine: early rejects are those from before the gate, late ones those that the target refused. */
export type Quarantined = 'reject' | 'early reject' | 'late reject' | 'duplicate';

/** What the quarantine holds of this load, as verdicts. */
export function insertQuarantineVerdicts(loadId: number, kind: Quarantined): Sql {
  const disposition = dispositions[kind === 'duplicate' ? 'duplicate' : 'rejected'].letter;
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select found.slice, found.record_no, ${disposition}::"char"
    from (${selectQuarantined(loadId, kind)}) as found`;
}

/** Slice and record number, inside the slice, of what the quarantine holds of this load. */
export function selectQuarantined(loadId: number, kind: Quarantined): Sql {
  const which = {
    reject: sql``,
    duplicate: sql``,
    'early reject': sql`and not ${isLate(sql`rejects.reasons`)}`,
    'late reject': sql`and ${isLate(sql`rejects.reasons`)}`,
  };
  return sql`
    select slices.slice, (found.record_no - slices.base_record)::integer as record_no
    from landfall.slices
    cross join lateral (
      select rejects.record_no
      from landfall.rejects
      where (rejects.load_id = ${loadId})
        and (rejects.kind = ${kind === 'duplicate' ? 'duplicate' : 'reject'})
        ${which[kind]}
        and (rejects.record_no > slices.base_record)
        and (rejects.record_no <= slices.base_record + slices.records)
    ) as found
    where (slices.load_id = ${loadId})
      and (slices.records > 0)`;
}

/** What a record of the load is that has no verdict. */
export function updateDefaultDisposition(loadId: number, disposition: Disposition): Sql {
  return sql`
    update landfall.slices
    set default_disposition = ${dispositions[disposition].letter}::"char"
    where (load_id = ${loadId})`;
}
