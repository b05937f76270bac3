import { countIn } from '../../ledger/batches/counts-sql.ts';
import { sql, type Sql } from '../../core/sql.ts';

/** A load with open rejects. */
export interface OpenRejectsOfLoad {
  readonly load_id: number;
  readonly dataset: string;
  readonly target: string;
  readonly rejected: number;
  readonly open: number;
  /** Rules are counted of all that it rejected. */
  readonly as_loaded: boolean;
  readonly rules: readonly { readonly code: string; readonly column: string | null; readonly rejects: number }[];
  readonly rules_left: number;
  /** Of all such loads. */
  readonly loads: number;
  readonly records: number;
}

/** How much is looked at: who asks may ask every second. */
export interface OpenRejectsBounds {
  /** Newest loads, of all datasets, that are looked through: no index has those with rejects. */
  readonly lookedThrough: number;
  /** Of those with open rejects: how many are answered. */
  readonly loads: number;
  /** Of each: rules. */
  readonly rules: number;
  /** A load of which replays took a part is counted anew where it rejected at most so many records. */
  readonly counted: number;
}

/**
 * Loads whose rejects may be replayed and are open, the newest first: OpenRejectsOfLoad. Of a load that no replay touched all rejects are open, and it
 * has them counted; rejects that are forgotten can be replayed no more.
 */
export function selectLoadsWithOpenRejects({ lookedThrough, loads, rules, counted }: OpenRejectsBounds): Sql {
  return sql`
    select shown.load_id, shown.dataset, shown.target, shown.rejected, shown.open, shown.as_loaded, shown.loads, shown.records,
      broken.rules, broken.rules_left
    from (
      select found.*,
        ((found.closed operator(pg_catalog.>) 0) and (found.rejected operator(pg_catalog.>) ${counted})) as as_loaded,
        pg_catalog.count(*) over ()::pg_catalog.int8 as loads,
        pg_catalog.sum(found.open) over ()::pg_catalog.int8 as records
      from (
        select loads.load_id, loads.dataset, loads.target, loads.rejects_by_code, counts.rejected, counts.closed,
          (counts.rejected operator(pg_catalog.-) counts.closed) as open
        from landfall.loads
        cross join lateral (
          select ${countIn('loads.counts', 'rejected')} as rejected, coalesce(loads.closed_rejects, 0) as closed
        ) as counts
        where (loads.load_id operator(pg_catalog.>) (
            select pg_catalog.max(newest.load_id) operator(pg_catalog.-) ${lookedThrough}::pg_catalog.int8
            from landfall.loads as newest
          ))
          and (loads.outcome operator(pg_catalog.=) 'LOADED')
          and (loads.undone_at is null)
          and (counts.rejected operator(pg_catalog.>) counts.closed)
          and (exists (
            select
            from landfall.rejects
            where (rejects.load_id operator(pg_catalog.=) loads.load_id)
          ))
      ) as found
      order by found.load_id desc
      limit ${loads}
    ) as shown
    cross join lateral (
      select
        coalesce(
          pg_catalog.jsonb_agg(
            pg_catalog.jsonb_build_object('code', rule.code, 'column', rule."column", 'rejects', rule.rejects)
            order by rule.rejects desc, rule.code, rule."column"
          ) filter (where (rule.place operator(pg_catalog.<=) ${rules}::pg_catalog.int8)),
          '[]'
        ) as rules,
        pg_catalog.count(*) filter (where (rule.place operator(pg_catalog.>) ${rules}::pg_catalog.int8))::pg_catalog.int8 as rules_left
      from (
        select each.code, each."column", each.rejects,
          pg_catalog.row_number() over (order by each.rejects desc, each.code, each."column") as place
        from (
          select kept.code, kept."column", kept.rejects
          from pg_catalog.jsonb_to_recordset(shown.rejects_by_code)
            as kept (code pg_catalog.text, "column" pg_catalog.text, rejects pg_catalog.int8)
          where (shown.closed operator(pg_catalog.=) 0) or shown.as_loaded
          union all
          select named.code, named."column", pg_catalog.count(*)::pg_catalog.int8
          from landfall.rejects
          cross join lateral (${rulesBroken}) as named
          where (shown.closed operator(pg_catalog.>) 0)
            and (not shown.as_loaded)
            and (rejects.load_id operator(pg_catalog.=) shown.load_id)
            and (rejects.kind operator(pg_catalog.=) 'reject')
            and (rejects.closed_by is null)
          group by named.code, named."column"
        ) as each
      ) as rule
    ) as broken
    order by shown.load_id desc`;
}

/** Of one reject, each once: reasons in words, and those that the last one lists. */
const rulesBroken = sql`
            select (reason.value operator(pg_catalog.->>) 'code') as code, (reason.value operator(pg_catalog.->>) 'column') as "column"
            from pg_catalog.jsonb_array_elements(rejects.reasons) as reason
            where ((reason.value operator(pg_catalog.->>) 'code') operator(pg_catalog.<>) 'MORE_REASONS')
            union
            select by_code.key, listed.value
            from pg_catalog.jsonb_array_elements(rejects.reasons) as reason
            cross join pg_catalog.jsonb_each(coalesce(reason.value operator(pg_catalog.->) 'more', '{}')) as by_code
            cross join pg_catalog.jsonb_array_elements_text(by_code.value) as listed`;
