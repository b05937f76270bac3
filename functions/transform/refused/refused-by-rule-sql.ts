import type { Refusal } from '../../conflict/refusal.ts';
import type { Contract } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import { join, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { byteOffsetOf, recordNoOf, typedTable } from '../../core/staging.ts';
import { ruleReason } from '../../ledger/rejects/reasons/rule-reasons-sql.ts';
import { classesTable } from '../diff/changes-sql.ts';
import { placeIn } from '../keys-sql.ts';
import { lostTable } from '../kin/lost-sql.ts';

/** The slices that have records which the conflict rule refuses for their rows. */
export function selectRefusedSlices(loadId: number): Sql {
  return sql`
    select distinct slice
    from ${classesTable(loadId)}
    where (disposition operator(pg_catalog.=) ${letter('rejected')}::pg_catalog."char")
    order by slice`;
}

/** Those of a slice into the table of lost ones, each with its reason. */
export function insertRefused(contract: Contract, refusals: readonly Refusal[], loadId: number, slice: number): Sql {
  const reasons = refusals.map((refusal) => ruleReason(contract, refusal, false));
  const reason =
    reasons.length === 1
      ? join(reasons)
      : sql`(case classes.refused_by ${join(
          reasons.map((each, i) => sql`when ${trustedSql(String(i))} then ${each}`),
          ' ',
        )} end)`;
  return sql`
    insert into ${lostTable(loadId)} (place, byte_offset, reasons)
    select ${placeIn(slice)}, ${byteOffsetOf(sql`s`)}, pg_catalog.jsonb_build_array(${reason})
    from ${typedTable(loadId, slice)} as s
    join ${classesTable(loadId)} as classes on (classes.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
    where (classes.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
      and (classes.disposition operator(pg_catalog.=) ${letter('rejected')}::pg_catalog."char")`;
}
