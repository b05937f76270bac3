import type { Refusal } from '../../conflict/refusal.ts';
import type { Contract } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import { sql, type Sql } from '../../core/sql.ts';
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
export function insertRefused(contract: Contract, refusal: Refusal, loadId: number, slice: number): Sql {
  return sql`
    insert into ${lostTable(loadId)} (place, byte_offset, reasons)
    select ${placeIn(slice)}, ${byteOffsetOf(sql`s`)}, pg_catalog.jsonb_build_array(${ruleReason(contract, refusal, false)})
    from ${typedTable(loadId, slice)} as s
    join ${classesTable(loadId)} as classes on (classes.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
    where (classes.slice operator(pg_catalog.=) ${slice}::pg_catalog.int4)
      and (classes.disposition operator(pg_catalog.=) ${letter('rejected')}::pg_catalog."char")`;
}
