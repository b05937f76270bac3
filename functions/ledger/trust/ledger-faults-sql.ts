import { sql, type Sql } from '../../core/sql.ts';
import { selectForeignCode } from './ledger-code-sql.ts';
import { type LedgerOwner, ledgerThings, selectForeignOwners, selectForeignRights } from './ledger-roles-sql.ts';
import { ledgerShape } from './ledger-shape.ts';
import { selectOtherShape } from './ledger-shape-sql.ts';

/** One row where there is a ledger (`there`), and one a fault: `foreign`, or of its `shape`. */
export function selectFaults(owner: LedgerOwner): Sql {
  return sql`
    with ${ledgerThings(owner)}
    select 'there' as kind, '' as what, null::pg_catalog.text as fix from thing where (name operator(pg_catalog.=) 'landfall.migrations')
    union all
    select 'foreign', what, fix from (${selectForeignOwners()}) as owners
    union all
    select 'foreign', what, fix from (${selectForeignCode()}) as code
    union all
    select 'foreign', what, fix from (${selectForeignRights()}) as rights
    union all
    select 'shape', what, fix from (${selectOtherShape(ledgerShape)}) as shape where exists (select from thing)`;
}
