import { mayQuoteHidden } from '../rules/hidden.ts';
import { ident, join, type Sql, sql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import { withSources } from '../../ledger/rejects/sources-sql.ts';
import { breaksAny, type Judgement, rulesOf, withoutRaising } from './judgement.ts';
import type { PlaceName } from './relations.ts';
import { reasonsOf } from './reasons-sql.ts';
import type { Rule } from '../rules/rule.ts';

/** Table of the records that a CHECK, a domain or an input function raised an error on; lives inside one transaction. */
export function raisingTable(loadId: number, slice: number, isTemporary: boolean): Sql {
  return ident(isTemporary ? 'pg_temp' : STAGING_SCHEMA, `l${loadId}_s${slice}_raising`);
}

/** Table of the typed rejects until their bytes are read again; lives inside one transaction. */
export function breachesTable(loadId: number, slice: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_s${slice}_breaches`);
}

/**
 * The records that break a rule, with all reasons; null where no rule can be broken. One scan: a record that breaks none
 * costs the comparisons alone, since the reasons are computed for those that do.
 * @param columns of the relation's `place`, besides the reasons.
 * @param raising the table of records that raised: they are left out here and answered by raisedRecords.
 */
export function breachingRecords(judgement: Judgement, columns: readonly PlaceName[], raising: Sql | null): Sql | null {
  const { relation, foreignKeys } = judgement;
  const breaks = breaksAny(judgement);
  if (breaks === null) return null;
  const only =
    raising === null
      ? null
      : sql`not exists (select from ${raising} as raised where (raised.at operator(pg_catalog.=) staged.ctid))`;
  return sql`
select ${placeColumns(judgement, columns)}, ${reasonsIn(judgement, rulesOf(judgement))} as reasons
from ${relation.from(only)}
${join(
  foreignKeys.map((foreignKey) => foreignKey.join),
  '\n',
)}
where ${breaks}`;
}

/** The records that raised: why, and what else can be said of them without raising again. */
export function raisedRecords(judgement: Judgement, columns: readonly PlaceName[], raising: Sql): Sql {
  const { relation } = judgement;
  const raised: Rule = {
    code: 'CHECK_ERROR',
    column: null,
    breach: sql`true`,
    value: null,
    before:
      'the record could not be judged: a check, domain or type of the target, or a rule of the dataset, raised an error on it',
    after: '',
    detail: sql`(
      select ${mayQuoteHidden(relation.operands) ? sql`raised.state` : sql`pg_catalog.concat(pg_catalog.left(raised.message, 120), ' (', raised.state, ')')`}
      from ${raising} as raised
      where (raised.record_no operator(pg_catalog.=) ${relation.place('record_no')})
    )`,
  };
  const rules = [...rulesOf(withoutRaising(judgement)), raised];
  return sql`
select ${placeColumns(judgement, columns)}, ${reasonsIn(judgement, rules)} as reasons
from ${relation.from(sql`exists (select from ${raising} as raised where (raised.at operator(pg_catalog.=) staged.ctid))`)}`;
}

/** Beside what cleaning made of a cell stands what the file has, where staging knows it. */
function reasonsIn({ relation }: Judgement, rules: readonly Rule[]): Sql {
  const reasons = reasonsOf(rules);
  return relation.sources === null
    ? reasons
    : sql`(select ${withSources(sql`given.reasons`, relation.sources)} from (select ${reasons} as reasons offset 0) as given)`;
}

function placeColumns({ relation }: Judgement, columns: readonly PlaceName[]): Sql {
  return join(columns.map((name) => sql`${relation.place(name)} as ${ident(name)}`));
}

/** Typed rejects with their offsets; their line, length and bytes are still to be read from the object. */
export function createBreaches(table: Sql, records: Sql): Sql {
  return sql`
create unlogged table ${table} as
${records}`;
}

/** More of them: the records that raised. */
export function insertBreaches(table: Sql, records: Sql): Sql {
  return sql`
insert into ${table} (record_no, byte_offset, reasons)
${records}`;
}

/** A page of offsets after `after`, ascending. */
export function selectBreachOffsets(table: Sql, after: number, limit: number): Sql {
  return sql`
select byte_offset
from ${table}
where (byte_offset > ${after}::bigint)
order by byte_offset
limit ${limit}`;
}

/** So that pages of offsets, and of rejects by offset, need no scan each. */
export function indexBreaches(table: Sql): Sql {
  return sql`create index on ${table} (byte_offset)`;
}

/** One of the tables above; an error where it is not there. */
export function dropTable(table: Sql): Sql {
  return sql`drop table ${table}`;
}
