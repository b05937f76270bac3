import { columnNamed, keyColumns } from '../core/arbiter/key-columns.ts';
import { areEqual, comparable, incoming } from '../core/comparison.ts';
import type { ConflictChoice, Contract, ContractColumn } from '../core/contract.ts';
import { ident, join, sql, type Sql } from '../core/sql.ts';
import { typeSql } from '../core/type-name.ts';
import type { Judged, Versions } from './rule.ts';

/** What the columns are called where a dataset says nothing. */
export const named = { validFrom: 'valid_from', validTo: 'valid_to', current: 'current' } as const;

function nameOf(choice: ConflictChoice, setting: keyof typeof named): string {
  const name = choice[setting];
  return typeof name === 'string' ? name : named[setting];
}

/** The columns that a dataset names, or those. */
export function versionColumns(choice: ConflictChoice): Versions {
  const { at } = choice;
  return {
    from: nameOf(choice, 'validFrom'),
    to: nameOf(choice, 'validTo'),
    current: nameOf(choice, 'current'),
    at: typeof at === 'string' ? at : null,
  };
}

/** The columns of versions, and those of the key beside the time. */
interface VersionColumns {
  readonly from: ContractColumn;
  readonly to: Sql;
  readonly current: Sql;
  readonly key: readonly ContractColumn[];
}

/** Since when the record `s` holds, as the target takes it. */
export function timeOf(contract: Contract): Sql {
  return incoming(versionsOf(contract).from);
}

/** As the contract's choice names them. */
export function versionsOf(contract: Contract): VersionColumns {
  const { from, to, current } = versionColumns(contract.conflict);
  return {
    from: columnNamed(contract, from),
    to: ident(to),
    current: ident(current),
    key: keyColumns(contract).filter(({ name }) => name !== from),
  };
}

/** The row `alias` is a version of the record's key. */
export function isOfKey(contract: Contract, alias: Sql): Sql {
  const same = versionsOf(contract).key.map((column) =>
    areEqual(column, sql`${alias}.${ident(column.name)}`, comparable(column, contract)),
  );
  return join(same, ' and ');
}

function tableOf({ target: { schema, table } }: Contract): Sql {
  return ident(schema, table);
}

/** The row `t` holds at a time or behind it. */
export function isOpenAt(contract: Contract, time: Sql): Sql {
  const { to } = versionsOf(contract);
  return sql`((t.${to} is null) or (t.${to} operator(pg_catalog.>) ${time}))`;
}

/** The table has a version of the record's key behind it. */
export function isLaterThere(contract: Contract): Sql {
  const from = ident(versionsOf(contract).from.name);
  return sql`exists (select from ${tableOf(contract)} as later where ${isOfKey(contract, sql`later`)} and (later.${from} operator(pg_catalog.>) ${timeOf(contract)}))`;
}

/**
 * Each record `s` with the version `t` that holds at its time. Where a file may have several of one key, that is one of the file where it is
 * the nearest one: NULL in columns that the file does not fill. Of those that come too late none is.
 */
export function joinVersions(contract: Contract, filled: readonly ContractColumn[], { staged, isWhole }: Judged): Sql {
  const { from, to } = versionsOf(contract);
  const time = timeOf(contract);
  const holds = sql`((t.${ident(from.name)} operator(pg_catalog.=) ${time}) or ${isOpenAt(contract, time)})`;
  if (versionColumns(contract.conflict).at === null || !isWhole)
    return sql`(${staged}) as s
      left join lateral (${versionBefore(contract, sql`<=`)}) as t on ${holds}`;
  const before = filled.map(({ name }, i) => sql`pg_catalog.lag(s.${ident(name)}) over by_time as ${beforeName(i)}`);
  const ofTable = filled.map(({ name }) => sql`t.${ident(name)}`);
  const ofFile = filled.map((column) => sql`${incoming(column)} as ${ident(column.name)}`);
  const asBefore = filled.map(({ name }, i) => sql`s.${beforeName(i)} as ${ident(name)}`);
  const late =
    contract.conflict['late'] === 'insert'
      ? sql``
      : sql`
            and not ${isLaterThere(contract)}`;
  return sql`(
        select s.*, ${join(before)}
        from (${staged}) as s
        window by_time as (partition by ${join(keysOf(contract))} order by ${time})
      ) as s
      left join lateral (
        select *
        from (
          select ${join(ofTable)}, t.${to}, false as "landfall of file"
          from (${versionBefore(contract, sql`<=`)}) as t
          union all
          select ${join(ofFile)}, null::${typeSql(from.type)}, true
          from (select ${join(asBefore)} offset 0) as s
          where (s.${ident(from.name)} is not null)${late}
        ) as found
        order by found.${ident(from.name)} desc, found."landfall of file"
        limit 1
      ) as t on ${holds}`;
}

function beforeName(i: number): Sql {
  return ident(`landfall before ${i}`);
}

export function keysOf(contract: Contract): readonly Sql[] {
  return versionsOf(contract).key.map((column) => comparable(column, contract));
}

/** The newest version of the record's key before its time, or up to it. */
export function versionBefore(contract: Contract, than: Sql): Sql {
  const from = ident(versionsOf(contract).from.name);
  return sql`
        select t.*
        from ${tableOf(contract)} as t
        where ${isOfKey(contract, sql`t`)}
          and (t.${from} operator(pg_catalog.${than}) ${timeOf(contract)})
        order by t.${from} desc
        limit 1`;
}

/** When the next version of the record's key begins, as `later`.next: NULL where there is none. */
export function nextVersion(contract: Contract): Sql {
  const from = ident(versionsOf(contract).from.name);
  return sql`
      cross join lateral (
        select pg_catalog.min(behind.${from}) as next
        from ${tableOf(contract)} as behind
        where ${isOfKey(contract, sql`behind`)}
          and (behind.${from} operator(pg_catalog.>) ${timeOf(contract)})
      ) as later`;
}
