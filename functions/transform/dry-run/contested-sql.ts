import { keyColumns } from '../../core/arbiter/key-columns.ts';
import { areEqual, becoming, keyMatch } from '../../core/comparison.ts';
import type { Contract, ContractColumn } from '../../core/contract.ts';
import { letter } from '../../core/dispositions.ts';
import { ident, join, sql, trustedSql, type Sql } from '../../core/sql.ts';
import {
  byteOffsetOf,
  recordNoOf,
  STAGING_SCHEMA,
  typedTable,
  vanishingTable,
  verdictsTable,
} from '../../core/staging.ts';
import { placeIn } from '../keys-sql.ts';
import type { UniqueIndex } from './unique-indexes-sql.ts';

/** Every row that the load would write, as it would be and as it is: place, byte_offset, changed, a<i> after, b<i> before. */
export function imagesTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_images`);
}

/**
 * Records that want a key which somebody else has or wants: the index by its number, the key by another, whether a row of the
 * target has it that is not the record's own, and the record that would give it up, if any.
 */
export function contestedTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_contested`);
}

/** The columns that images holds, in its order. */
export function imageColumns(indexes: readonly UniqueIndex[]): readonly string[] {
  return [...new Set(indexes.flatMap(({ reads }) => reads.map(({ name }) => name)))];
}

const changed = sql`(s."landfall disposition" operator(pg_catalog.=) ${letter('changed')})`;

/** New and changed records alone; no cast or comparison sees another. */
export function selectImages(
  contract: Contract,
  filled: readonly ContractColumn[],
  { loadId, slices, columns }: { loadId: number; slices: readonly number[]; columns: readonly string[] },
): Sql {
  const { schema, table } = contract.target;
  const needed = filled.filter(({ name }) => columns.includes(name) || contract.businessKey.includes(name));
  const images = columns.map((name, i) => {
    const column = filled.find((candidate) => candidate.name === name);
    const after = column === undefined ? sql`t.${ident(name)}` : becoming(column);
    return sql`${after} as ${ident(`a${i}`)}, t.${ident(name)} as ${ident(`b${i}`)}`;
  });
  const staged = slices.map((slice) => writtenOf(loadId, slice, needed));
  return sql`
    select s."landfall place" as place, s."landfall offset" as byte_offset, ${changed} as changed, ${join(images)}
    from (${join(staged, ' union all ')}) as s
    left join ${ident(schema, table)} as t on ${changed} and ${keyMatch(contract)}`;
}

/** @param found of selectImages. */
export function createImages(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${imagesTable(loadId)} as ${found}`;
}

function writtenOf(loadId: number, slice: number, needed: readonly ContractColumn[]): Sql {
  const number = trustedSql(String(slice));
  const disposition = sql`coalesce(v.disposition, slices.default_disposition)`;
  return sql`(
      select ${placeIn(slice)} as "landfall place", ${byteOffsetOf(sql`s`)} as "landfall offset",
        ${disposition} as "landfall disposition", ${join(needed.map(({ name }) => sql`s.${ident(name)}`))}
      from ${typedTable(loadId, slice)} as s
      join landfall.slices on (slices.load_id operator(pg_catalog.=) ${trustedSql(String(loadId))})
        and (slices.slice operator(pg_catalog.=) ${number})
      left join ${verdictsTable(loadId)} as v on (v.slice operator(pg_catalog.=) ${number})
        and (v.record_no operator(pg_catalog.=) ${recordNoOf(sql`s`)})
      where (${disposition} operator(pg_catalog.=) ${letter('new')}) or (${disposition} operator(pg_catalog.=) ${letter('changed')})
      offset 0
    )`;
}

/** Empty. */
export function createContested(loadId: number): Sql {
  return sql`
    create unlogged table ${contestedTable(loadId)} (
      index_no integer not null, place bigint not null, claim bigint not null, held boolean not null, leaver bigint
    )`;
}

/**
 * Of one index: the keys that records bring into it (claims), those that changed rows give up (leaving), and those of the
 * target (held). A key that a changed row keeps is the target's. The expressions are PostgreSQL's own words, which name what
 * is not in pg_catalog by its schema: to be run under Landfall's search_path.
 * @param vanishFirst the target's are without those of rows that the file does not hold, which go before its records come.
 */
export function selectContested(
  contract: Contract,
  {
    loadId,
    index,
    number,
    columns,
    vanishFirst,
  }: { loadId: number; index: UniqueIndex; number: number; columns: readonly string[]; vanishFirst: boolean },
): Sql {
  const { schema, table } = contract.target;
  const names = join(index.keys.map((_, i) => keyName(i)));
  const rows = (side: 'a' | 'b'): Sql => {
    const values = index.reads.map(({ name }) => sql`${ident(`${side}${columns.indexOf(name)}`)} as ${ident(name)}`);
    return sql`(select place as "landfall place", ${join(values)} from ${imagesTable(loadId)} ${side === 'b' ? sql`where changed` : sql``}) as r`;
  };
  const read = join(index.reads.map(({ name }) => ident(name)));
  return sql`
    with
    after_rows as materialized (select "landfall place" as place, ${keysOf(index)} from ${rows('a')} ${inIndex(index)}),
    before_rows as materialized (select "landfall place" as place, ${keysOf(index)} from ${rows('b')} ${inIndex(index)}),
    claims as (
      select x.*
      from after_rows as x
      left join before_rows as y on (y.place operator(pg_catalog.=) x.place) and ${sameKey(index)}
      where (y.place is null)
    ),
    leaving as (
      select y.*
      from before_rows as y
      left join after_rows as x on (y.place operator(pg_catalog.=) x.place) and ${sameKey(index)}
      where (x.place is null)
    ),
    numbered as (
      select claims.*, pg_catalog.dense_rank() over (order by ${names}) as claim,
        pg_catalog.count(*) over (partition by ${names}) as claimants
      from claims
    ),
    held as (
      select true as present, ${keysOf(index)}
      from (select ${read} from ${ident(schema, table)} as t ${vanishFirst ? sql`where not ${isVanishing(contract, loadId)}` : sql``}) as r
      ${inIndex(index)}
    )
    select ${number}::pg_catalog.int4 as index_no, x.place, x.claim, (y.present is not null) as held, leaving.place as leaver
    from numbered as x
    left join held as y on ${sameKey(index)}
    left join leaving on ${sameKey(index, 'leaving')}
    where (x.claimants operator(pg_catalog.>) 1)
      or (y.present is not null)`;
}

/** The row `t` is one that the file does not hold. */
function isVanishing(contract: Contract, loadId: number): Sql {
  const same = keyColumns(contract).map((column, i) =>
    areEqual(column, sql`t.${ident(column.name)}`, sql`v.${ident(`k${i + 1}`)}`),
  );
  return sql`exists (select from ${vanishingTable(loadId)} as v where ${join(same, ' and ')})`;
}

/** @param found of selectContested. */
export function insertContested(loadId: number, found: Sql): Sql {
  return sql`insert into ${contestedTable(loadId)} (index_no, place, claim, held, leaver) ${found}`;
}

function keyName(i: number): Sql {
  return ident(`landfall key ${i}`);
}

function keysOf({ keys }: UniqueIndex): Sql {
  const values = keys.map(({ expression, collation }, i) => {
    const value = sql`(${trustedSql(expression)})`;
    return sql`${collation === null ? value : sql`${value} collate ${trustedSql(collation)}`} as ${keyName(i)}`;
  });
  return join(values);
}

/** Rows that the index holds; a NULL is equal to nothing, unless the index says otherwise. */
function inIndex({ keys, predicate, nullsNotDistinct }: UniqueIndex): Sql {
  const conditions = [
    ...(predicate === null ? [] : [sql`(${trustedSql(predicate)})`]),
    ...(nullsNotDistinct ? [] : keys.map(({ expression }) => sql`((${trustedSql(expression)}) is not null)`)),
  ];
  return conditions.length === 0 ? sql`` : sql`where ${join(conditions, ' and ')}`;
}

/** As the index compares. Where NULLs are equal too, their hashes first: a join on a disjunction would compare each with each. */
function sameKey({ keys, nullsNotDistinct }: UniqueIndex, other = 'y'): Sql {
  const sides = keys.map(({ equals }, i) => {
    const [mine, theirs] = [sql`x.${keyName(i)}`, sql`${ident(other)}.${keyName(i)}`];
    const equal = sql`(${mine} ${trustedSql(equals)} ${theirs})`;
    return nullsNotDistinct ? sql`(${equal} or ((${mine} is null) and (${theirs} is null)))` : equal;
  });
  if (!nullsNotDistinct) return join(sides, ' and ');
  const hash = (alias: Sql): Sql =>
    sql`pg_catalog.hash_record(row(${join(keys.map((_, i) => sql`${alias}.${keyName(i)}`))}))`;
  return join([sql`(${hash(sql`x`)} operator(pg_catalog.=) ${hash(ident(other))})`, ...sides], ' and ');
}

/** Answers { contested }: whether any key is. */
export function hasContested(loadId: number): Sql {
  return sql`select exists (select from ${contestedTable(loadId)}) as contested`;
}

/** Harmless where there are none. */
export function dropContested(loadId: number): Sql {
  return sql`drop table if exists ${imagesTable(loadId)}, ${contestedTable(loadId)}`;
}
