import { ruleOf } from '../conflict/all.ts';
import { names, overriding, records, type RecordRange, source, target, type Written } from '../conflict/range-sql.ts';
import { isAbsent, keyMatch } from '../core/comparison.ts';
import type { TargetName } from '../core/target-name.ts';
import { quotesCell } from '../core/quotes-cell.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { ruleReason } from '../ledger/rejects/reasons/rule-reasons-sql.ts';
import { byteOffsetOf, recordNoOf } from '../core/staging.ts';

/** DDL on the target waits until this transaction has ended, or this one until the DDL has. */
export function lockTarget(range: RecordRange): Sql {
  return lockTable(range.contract.target);
}

/** The same of a table by its name. */
export function lockTable({ schema, table }: TargetName): Sql {
  return sql`lock table ${ident(schema, table)} in row exclusive mode`;
}

/** How the records of the range stand in the target now: with the same content, or not at all; how many the rule refuses for that, and why the first of them. */
export function countStanding(range: RecordRange, disposition: Written): Sql {
  const { contract, filled } = range;
  const refusals = ruleOf(contract)
    .classify.refusals(contract)
    .filter(({ judged }) => judged !== 'before the gate');
  const conditions = refusals.map((refusal) => refusal.isRefused(contract, filled, disposition));
  const isRefused = conditions.length === 0 ? sql`false` : sql`(${join(conditions, ' or ')})`;
  const reasons = refusals.map(
    (refusal, i) => sql`when ${conditions[i] ?? sql`false`} then ${ruleReason(contract, refusal, true)}`,
  );
  const reason =
    reasons.length === 0
      ? sql`null::pg_catalog.jsonb`
      : sql`(pg_catalog.array_agg((case ${join(reasons, ' ')} end) order by ${recordNoOf(sql`s`)}) filter (where ${isRefused}))[1]`;
  return sql`
    select
      pg_catalog.count(*) filter (where ${isRefused})::integer as refused,
      ${reason} as reason,
      pg_catalog.count(*) filter (where ${isAbsent(range.contract)})::integer as missing,
      pg_catalog.count(*) filter (where not ${isAbsent(range.contract)}
        and not ${ruleOf(range.contract).classify.differs(range.contract, range.filled)})::integer as equal
    from ${records(range, disposition)}
    left join ${target(range)} as t on ${keyMatch(range.contract)}`;
}

/** Records of the range that are to be written, in order: for the search of the ones that the target refuses. */
export function selectRecords(range: RecordRange, disposition: Written): Sql {
  return sql`
    select ${recordNoOf(sql`s`)} as record_no, ${byteOffsetOf(sql`s`)} as byte_offset
    from ${records(range, disposition)}
    order by ${recordNoOf(sql`s`)}`;
}

/** A row of nothing but NULLs: what it meets says nothing of a cell. Always undone. */
export function insertNulls(range: RecordRange): Sql {
  return sql`
    insert into ${target(range)} (${names(range.filled)})${overriding(range)}
    values (${join(range.filled.map(() => sql`null`))})`;
}

/** Answers { quoted }: whether these words hold a cell of the record, of three characters or more, in any case. */
export function selectWhetherQuoted(range: RecordRange, recordNo: number, words: string): Sql {
  const cells = range.filled.map(({ name }) => sql`typed.${ident(name)}::pg_catalog.text`);
  return sql`
    select coalesce((
      select ${quotesCell(sql`${words}::pg_catalog.text`, cells)}
      from ${source(range)} as typed
      where (${recordNoOf(sql`typed`)} operator(pg_catalog.=) ${recordNo}::pg_catalog.int4)
    ), false) as quoted`;
}
