import { ruleOf } from '../conflict/all.ts';
import type { Refusal } from '../conflict/refusal.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { type Disposition, letter } from '../core/dispositions.ts';
import { ident, join, sql, trustedSql, type Sql } from '../core/sql.ts';
import { recordNoOf, stagingColumns, typedTable, verdictsTable } from '../core/staging.ts';
import { comparingMayRaise, isAbsent } from '../core/comparison.ts';
import { changeMasks, classesTable } from './diff/changes-sql.ts';
import { withJudgedRows } from './judged-rows-sql.ts';
import { notJudged } from './keys-sql.ts';

/** A slice, and whether any of its records has a verdict already: rejects and duplicates. */
export interface JudgedSlice {
  readonly slice: number;
  readonly hasVerdicts: boolean;
}

/** Answers { filled }. */
export function targetHasRows(contract: Contract): Sql {
  return sql`select exists (select from ${ident(contract.target.schema, contract.target.table)}) as filled`;
}

/** What the classes are found by. */
export interface Classing {
  readonly contract: Contract;
  readonly filled: readonly ContractColumn[];
  /** The rule may still refuse records for their rows. Not after the gate: there the merge does. */
  readonly refuses: boolean;
}

/** What becomes of an accepted row, as an SQL expression over staging `s` and target `t` (all NULL where there is none). */
function dispositionOf({ contract, filled, refuses }: Classing, loadId: number): Sql {
  const { differs, differing, inFull, refusals } = ruleOf(contract).classify;
  if (inFull !== undefined) return sql`${inFull(contract, filled, loadId)}::pg_catalog."char"`;
  const refused = (refuses ? refusals(contract).filter(isJudgedHere) : []).map(
    ({ isRefused }) => sql`
    when ${isRefused(contract, filled)} then ${letter('rejected')}`,
  );
  return sql`(case${join(refused, '')}
    when ${isAbsent(contract)} then ${letter('new')}
    when ${differs(contract, filled)} then ${differing(contract)}
    else ${letter('unchanged')}
  end)::pg_catalog."char"`;
}

function isJudgedHere({ judged }: Refusal): boolean {
  return judged !== 'in the merge';
}

/** Of a rule with several reasons to refuse a record: the place of the one that holds, as `refused_by`; else nothing. */
function refusedBy({ contract, filled, refuses }: Classing): readonly Sql[] {
  const refusals = refuses ? ruleOf(contract).classify.refusals(contract).filter(isJudgedHere) : [];
  if (refusals.length < 2) return [];
  const each = refusals.map(
    ({ isRefused }, i) => sql`when ${isRefused(contract, filled)} then ${trustedSql(String(i))}`,
  );
  return [sql`(case ${join(each, ' ')} end)::pg_catalog.int2`];
}

/** The dispositions of a few accepted records of a slice, commonest first: what the slice's default will be. */
export function sampleDispositions(classing: Classing, loadId: number, slice: JudgedSlice, records: number): Sql {
  const staged = sql`select * from ${notJudged(loadId, { ...slice, fenced: true })} as accepted limit ${records}`;
  return sql`
    select disposition, pg_catalog.count(*) as records
    from (
      select ${dispositionOf(classing, loadId)} as disposition
      from ${withJudgedRows(classing.contract, classing.filled, { staged, isWhole: false }, 'all')}
    ) as sample
    group by disposition
    order by records desc`;
}

/** Of what the join is asked. */
export interface Wanted {
  readonly slices: readonly JudgedSlice[];
  readonly byDefault: Disposition;
  /** Columns of which changed records say whether they differ (diff/changes-sql.ts); empty: of none. */
  readonly compared: readonly ContractColumn[];
}

/**
 * One join of the whole load with the target finds new, changed, unchanged and stale: each side is read once, however many
 * slices there are. Only what differs from the default is found, so a load that changes nothing writes nothing; and, where columns
 * are compared, what is changed.
 */
export function selectClasses(classing: Classing, loadId: number, { slices, byDefault, compared }: Wanted): Sql {
  const { contract, filled } = classing;
  const masks = changeMasks(contract, compared);
  const by = refusedBy(classing);
  const asked = contract.columns.filter(({ operation }) => operation === true);
  const columns = join([...filled, ...asked].map(({ name }) => sql`s.${ident(name)}`));
  const fenced = comparingMayRaise(filled, contract);
  const staged = slices.map(
    ({ slice, hasVerdicts }) => sql`
      select ${trustedSql(String(slice))} as "landfall slice", ${recordNoOf(sql`s`)}, ${columns}
      from ${notJudged(loadId, { slice, hasVerdicts, fenced })} as s`,
  );
  const isWanted =
    masks.length > 0 && byDefault === 'changed'
      ? sql`true`
      : sql`(disposition operator(pg_catalog.<>) ${letter(byDefault)}::pg_catalog."char")`;
  return sql`
    select ${join([sql`slice`, sql`record_no`, sql`disposition`, ...by.map(() => sql`refused_by`), ...masks.map(({ name }) => name)])}
    from (
      select ${join([
        sql`s."landfall slice" as slice`,
        sql`${recordNoOf(sql`s`)} as record_no`,
        sql`${dispositionOf(classing, loadId)} as disposition`,
        ...by.map((place) => sql`${place} as refused_by`),
        ...masks.map(({ name, mask }) => sql`${mask} as ${name}`),
      ])}
      from ${withJudgedRows(contract, filled, { staged: join(staged, ' union all '), isWhole: true }, 'all')}
    ) as found
    where ${isWanted}`;
}

/** CREATE TABLE AS, for parallel workers. @param found of selectClasses. */
export function createClasses(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${classesTable(loadId)} as ${found}`;
}

/** What createClasses found, as verdicts. */
export function insertClassVerdicts(loadId: number, byDefault: Disposition): Sql {
  return sql`
    insert into ${verdictsTable(loadId)} (slice, record_no, disposition)
    select slice, record_no, disposition
    from ${classesTable(loadId)}
    where (disposition operator(pg_catalog.<>) ${letter(byDefault)}::pg_catalog."char")`;
}

/** Harmless where there are none. */
export function dropClasses(loadId: number): Sql {
  return sql`drop table if exists ${classesTable(loadId)}`;
}

/** So that a batch finds its records without reading the whole slice: 2 M changed rows in batches of 5,000, 1 s less. */
export function indexRecordNumbers(loadId: number, slice: number): Sql {
  return sql`create index if not exists ${ident(`l${loadId}_s${slice}_record_no`)} on ${typedTable(loadId, slice)} (${ident(stagingColumns.recordNo)})`;
}
