import { arbiterOf } from '../core/arbiter/covered.ts';
import { areEqual, becoming, incoming } from '../core/comparison.ts';
import type { Contract, ContractColumn } from '../core/contract.ts';
import { isInsertedOnly } from '../core/merge/merged.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { typeSql } from '../core/type-name.ts';
import {
  givenColumns,
  names,
  overriding,
  records,
  type RecordRange,
  target,
  values,
  type Written,
} from './range-sql.ts';
import { isOpenAt, keysOf, nextVersion, timeOf, versionBefore, versionColumns, versionsOf } from './versions-sql.ts';

/**
 * Versions of rows. A record is put between those before and behind it, wherever it stands in the order of merging: what its key has in the
 * end does not depend on that. Each statement asks the table by the index on key and time.
 */

/** Versions end where the first of the range's records behind them begins; where that is so already, they stay as they are. */
export function makeRoom(range: RecordRange, disposition: Written): Sql {
  const { contract } = range;
  const { from, to, current, key } = versionsOf(contract);
  const keys = [...key, from].map(({ name }) => sql`t.${ident(name)}`);
  const same = [...key, from].map((column) =>
    areEqual(column, sql`t.${ident(column.name)}`, sql`ended.${ident(column.name)}`),
  );
  return sql`
    update ${target(range)} as t
    set ${to} = ended."landfall until", ${current} = false
    from (
      select ${join(keys)}, pg_catalog.min(${timeOf(contract)}) as "landfall until"
      from ${records(range, disposition)}
      cross join lateral (${versionBefore(contract, sql`<`)}) as t
      group by ${join(keys)}
    ) as ended
    where ${join(same, ' and ')}
      and ${isOpenAt(contract, sql`ended."landfall until"`)}`;
}

/** Records of keys that have no version before them which still holds: somebody else's that does is a row too few. */
export function insertFirstVersions(range: RecordRange): Sql {
  const { contract } = range;
  const open = sql`exists (select from (${versionBefore(contract, sql`<`)}) as t where ${isOpenAt(contract, timeOf(contract))})`;
  return sql`
    insert into ${target(range)} (${names(givenColumns(range))}, ${endNames(contract)})${overriding(range)}
    select ${values(givenColumns(range))}, later.next, (later.next is null)
    from ${records(range, 'new')}${nextVersion(contract)}
    where not ${open}`;
}

/** Records behind a version, which makeRoom has ended: what the file does not fill is as it was there. */
export function insertVersions(range: RecordRange): Sql {
  return sql`
    insert into ${target(range)} (${versionNames(range)})${overriding(range)}
    ${selectVersions(range, sequence(range, 'changed'))}
      and not ${isOpenAt(range.contract, timeOf(range.contract))}`;
}

/** Both at once, of records whose keys others may have changed since they were judged: on top of makeRoom. */
export function insertVersionsCounting(range: RecordRange, disposition: Written): Sql {
  const { contract } = range;
  const staged = sequence(range, disposition);
  const time = timeOf(contract);
  // a new record follows what makeRoom has ended for it, and nothing that had ended before
  const follows =
    disposition === 'new' ? sql`(t.${versionsOf(contract).to} operator(pg_catalog.>=) ${time})` : sql`true`;
  const conflict = sql`on conflict ${arbiterOf(contract)} do nothing
      returning 1`;
  return sql`
    with
    following as (
      insert into ${target(range)} (${versionNames(range)})${overriding(range)}
      ${selectVersions(range, staged)}
        and not ${isOpenAt(contract, time)}
        and ${follows}
      ${conflict}
    ),
    first as (
      insert into ${target(range)} (${names(givenColumns(range))}, ${endNames(contract)})${overriding(range)}
      select ${values(givenColumns(range))}, ${endValues}
      from ${staged}${nextVersion(contract)}
      where not exists (select from (${versionBefore(contract, sql`<`)}) as t where ${follows} or ${isOpenAt(contract, time)})
      ${conflict}
    )
    select ${
      disposition === 'new'
        ? sql`(select pg_catalog.count(*) from first)::pg_catalog.int4 as inserted,
      (select pg_catalog.count(*) from following)::pg_catalog.int4 as updated`
        : sql`0 as inserted,
      ((select pg_catalog.count(*) from first) operator(pg_catalog.+) (select pg_catalog.count(*) from following))::pg_catalog.int4 as updated`
    }`;
}

/** Records of the range with the time of the next one of their key among them. */
function sequence(range: RecordRange, disposition: Written): Sql {
  const { contract } = range;
  if (versionColumns(contract.conflict).at === null)
    return sql`(select s.*, null::${typeSql(versionsOf(contract).from.type)} as "landfall next" from ${records(range, disposition)}) as s`;
  return sql`(
        select s.*, pg_catalog.lead(${timeOf(contract)}) over (partition by ${join(keysOf(contract))} order by ${timeOf(contract)}) as "landfall next"
        from ${records(range, disposition)}
      ) as s`;
}

/** Until the next one, of the range or of the table. */
const endValues = sql`least(s."landfall next", later.next), (least(s."landfall next", later.next) is null)`;

function endNames(contract: Contract): Sql {
  const { to, current } = versionsOf(contract);
  return sql`${to}, ${current}`;
}

function versionNames(range: RecordRange): Sql {
  return sql`${names(range.filled)}${join(
    carriedColumns(range).map(({ name }) => sql`, ${ident(name)}`),
    '',
  )}, ${endNames(range.contract)}`;
}

/** @param staged records `s` of sequence. */
function selectVersions(range: RecordRange, staged: Sql): Sql {
  const { contract, filled } = range;
  const own = filled.map((column) => {
    if (contract.businessKey.includes(column.name)) return incoming(column);
    return isInsertedOnly(column) ? sql`t.${ident(column.name)}` : becoming(column);
  });
  const carried = carriedColumns(range).map(({ name }) => sql`t.${ident(name)}`);
  return sql`select ${join([...own, ...carried])}, ${endValues}
      from ${staged}
      cross join lateral (${versionBefore(contract, sql`<`)}) as t${nextVersion(contract)}
      where true`;
}

/** Columns that the file does not fill, and that are not each row's own. */
function carriedColumns({ contract, filled }: RecordRange): readonly ContractColumn[] {
  const known = new Set(filled.map(({ name }) => name));
  return contract.columns.filter(
    ({ name, operation, ofOneRow }) => !known.has(name) && operation !== true && ofOneRow !== true,
  );
}
