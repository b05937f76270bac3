import { keyColumns } from '../../core/arbiter/key-columns.ts';
import type { Asked } from '../../conflict/rule.ts';
import { comparable, isAbsent, keyMatch } from '../../core/comparison.ts';
import type { Contract } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { byteOffsetOf, verdictsTable } from '../../core/staging.ts';
import { ruleReason } from '../../ledger/rejects/reasons/rule-reasons-sql.ts';
import { type KeyedSlice, notJudged, placeIn, recordNoOfPlace, sliceOfPlace } from '../keys-sql.ts';
import { lostTable } from '../kin/lost-sql.ts';

/**
 * Records that insert what is there by then, or update what is not, into the table of lost ones, with their verdicts. What is there is what
 * the last insertion or deletion of the key before it in the file left, and where there is none what the table has. One that is refused changes
 * none of that: behind an insertion the row is there, whoever made it.
 */
export function insertStrict(
  contract: Contract,
  { column, isDeletion }: Asked,
  strict: NonNullable<Asked['strict']>,
  { loadId, slices }: { readonly loadId: number; readonly slices: readonly KeyedSlice[] },
): Sql {
  const { schema, table } = contract.target;
  const keys = keyColumns(contract);
  const asks = sql`s.${ident(column)}`;
  const staged = slices.map(
    ({ slice, rejected }) => sql`
          select ${placeIn(slice)} as "landfall place", ${byteOffsetOf(sql`s`)} as "landfall offset",
            ${join([...keys.map(({ name }) => sql`s.${ident(name)}`), asks])}
          from ${notJudged(loadId, { slice, hasVerdicts: rejected > 0, fenced: true })} as s`,
  );
  // the place, and whether the row is there behind it
  const leaves = sql`(s."landfall place" operator(pg_catalog.*) 2) operator(pg_catalog.+) (case when ${isDeletion(asks)} then 0 else 1 end)`;
  const isThere = sql`(case when (s."landfall left" is null) then not ${isAbsent(contract)}
          else ((s."landfall left" operator(pg_catalog.&) 1) operator(pg_catalog.=) 1) end)`;
  return sql`
    with added as (
      insert into ${lostTable(loadId)} (place, byte_offset, reasons)
      select s."landfall place", s."landfall offset", pg_catalog.jsonb_build_array(case
        when ${strict.isInsertion(asks)} then ${ruleReason(contract, strict.exists, false)}
        else ${ruleReason(contract, strict.missing, false)}
      end)
      from (
        select s.*, pg_catalog.max(${leaves}) filter (where not ${strict.isUpdate(asks)}) over (
          partition by ${join(keys.map((key) => comparable(key, contract)))} order by s."landfall place"
          rows between unbounded preceding and 1 preceding
        ) as "landfall left"
        from (${join(staged, ' union all ')}) as s
      ) as s
      left join ${ident(schema, table)} as t on ${keyMatch(contract)}
      where (${strict.isInsertion(asks)} and ${isThere})
        or (${strict.isUpdate(asks)} and not ${isThere})
      returning place
    )
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select ${sliceOfPlace(sql`added.place`)}, ${recordNoOfPlace(sql`added.place`)}, ${letter('rejected')}
    from added`;
}
