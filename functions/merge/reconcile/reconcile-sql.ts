import { records, type RecordRange, target, type Written } from '../../conflict/range-sql.ts';
import { ruleOf } from '../../conflict/all.ts';
import type { SummedColumn } from '../../contract/control/control-columns.ts';
import { storedNumber } from '../../core/control/stored-number.ts';
import { isAbsent, keyMatch } from '../../core/comparison.ts';
import { ident, join, sql, type Sql } from '../../core/sql.ts';
import { lineColumns, recordNoOf } from '../../core/staging.ts';

/** Sums over records that were just written, and over their rows as the target has them now. */
export interface WrittenSums {
  /** Records whose key the target does not have. */
  readonly missing: number;
  /** Records for which the conflict rule left the row of somebody who was first; in no sum. */
  readonly kept: number;
  /** Decimal text, in the order of the columns. */
  readonly staging: readonly string[];
  readonly table: readonly string[];
}

/**
 * Reads back by their keys what was just written of the range, in its transaction: WrittenSums. Where a NULL leaves what the row has,
 * the record says nothing of that row.
 * @param left whether the conflict rule left rows of others, which differ; and whether the target refused records: those are in the
 *   quarantine, and left out.
 */
export function selectWrittenSums(
  range: RecordRange,
  { disposition, columns }: { readonly disposition: Written; readonly columns: readonly SummedColumn[] },
  left: { readonly some: boolean; readonly refused: boolean },
): Sql {
  const { contract, filled } = range;
  const rule = ruleOf(contract);
  const kept = left.some ? sql`(not ${isAbsent(contract)} and ${rule.classify.differs(contract, filled)})` : sql`false`;
  const values = columns.map(({ column }, i) => {
    const stored = sql`t.${ident(column.name)}::pg_catalog.numeric`;
    const table =
      column.keptWhereNull === true ? sql`case when (s.${ident(column.name)} is not null) then ${stored} end` : stored;
    return sql`${storedNumber(column, contract)} as ${ident(`staging_${i}`)}, ${table} as ${ident(`table_${i}`)}`;
  });
  const sums = (side: 'staging' | 'table'): Sql =>
    join(
      columns.map(
        (_, i) =>
          sql`coalesce(pg_catalog.sum(found.${ident(`${side}_${i}`)}) filter (where not found.kept), 0)::pg_catalog.text`,
      ),
    );
  return sql`
    select
      pg_catalog.count(*) filter (where found.missing)::pg_catalog.int4 as missing,
      pg_catalog.count(*) filter (where found.kept)::pg_catalog.int4 as kept,
      array[${sums('staging')}]::pg_catalog.text[] as staging,
      array[${sums('table')}]::pg_catalog.text[] as table
    from (
      select ${isAbsent(contract)} as missing, ${kept} as kept, ${join(values)}
      from ${records(range, disposition)}
      left join ${target(range)} as t on ${keyMatch(contract)}
      ${left.refused ? sql`where ${notRefused(range)}` : sql``}
    ) as found`;
}

function notRefused({ loadId, slice, lined }: RecordRange): Sql {
  const sliceOf = lined ? sql`s.${ident(lineColumns.slice)}` : sql`${slice}::pg_catalog.int4`;
  const recordNo = lined ? sql`s.${ident(lineColumns.origin)}` : recordNoOf(sql`s`);
  return sql`not exists (
        select
        from landfall.rejects
        join landfall.slices on (slices.load_id operator(pg_catalog.=) rejects.load_id)
        where (rejects.load_id operator(pg_catalog.=) ${loadId})
          and (slices.slice operator(pg_catalog.=) ${sliceOf})
          and (rejects.record_no operator(pg_catalog.=) (slices.base_record operator(pg_catalog.+) ${recordNo}))
      )`;
}
