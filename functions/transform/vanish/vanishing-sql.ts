import { keyColumns } from '../../core/arbiter/key-columns.ts';
import type { Missing } from '../../conflict/rule.ts';
import { wasThereBelow } from '../../conflict/as-old-as-its-load.ts';
import { areEqual, incoming } from '../../core/comparison.ts';
import type { Contract, ContractColumn, FileColumn } from '../../core/contract.ts';
import { dispositions } from '../../core/dispositions.ts';
import { ident, join, literal, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { rawTable, recordNoOf, stagingColumns, typedTable, vanishingTable, verdictsTable } from '../../core/staging.ts';
import { qualifiedType, typeSql } from '../../core/type-name.ts';
import { acceptedKeys, type KeyedSlice, notJudged } from '../keys-sql.ts';

/** A slice, and whether its staging has a raw half. */
export interface HalvedSlice extends KeyedSlice {
  readonly rawRecords: number | null;
}

/** What the statements here read: a load whose rejects and duplicates have their verdicts, and no other record has. */
export interface Held {
  readonly contract: Contract;
  readonly fileColumns: readonly FileColumn[];
  readonly loadId: number;
  readonly slices: readonly HalvedSlice[];
}

/** Columns of `replaceWhere`, in the order in which they are declared; none: the file is the truth of the whole table. */
export function scopeColumns({ replaceWhere = {}, columns, dataset }: Contract): readonly ContractColumn[] {
  return Object.keys(replaceWhere).map((name) => {
    const column = columns.find((each) => each.name === name);
    if (column === undefined) throw new Error(`the contract of ${dataset} has no column ${name}`);
    return column;
  });
}

/** Records that have a verdict, before any is classified: rejects and duplicates. Answers { judged }. */
export function countJudged(loadId: number): Sql {
  return sql`select pg_catalog.count(*)::pg_catalog.int8 as judged from ${verdictsTable(loadId)}`;
}

/** Rows of the target: { rows }. */
export function countTarget({ target: { schema, table } }: Contract): Sql {
  return sql`select pg_catalog.count(*)::pg_catalog.int8 as rows from ${ident(schema, table)}`;
}

/** Of the rows that the file is the truth of: { rows }. */
export function countStanding(held: Held, missing: Missing): Sql {
  const { schema, table } = held.contract.target;
  return sql`
    select pg_catalog.count(*)::pg_catalog.int8 as rows
    from ${ident(schema, table)} as t
    where ${missing.stands(held.contract)}
      and ${inScope(held)}`;
}

/** How many records were rejected whose key nobody can read: { unread }. */
export function countUnreadKeys(held: Held): Sql {
  const isUnread = keyColumns(held.contract).map((_, i) => sql`(rejected.${ident(`k${i + 1}`)} is null)`);
  return sql`
    select pg_catalog.count(*)::pg_catalog.int8 as unread
    from (${rejectedKeys(held)}) as rejected
    where ${join(isUnread, ' or ')}`;
}

/**
 * The rows of the target, or of the load's scope, that the file does not hold, not even as a reject: their place, key and scope.
 * @param below only of rows that were there when all transactions below it had ended; undefined: all.
 */
export function selectVanishing(
  held: Held,
  missing: Missing,
  { first, below }: { readonly first: number; readonly below?: string | null },
): Sql {
  const { contract, loadId, slices } = held;
  const { schema, table } = contract.target;
  const keys = keyColumns(contract).map(({ name }, i) => sql`t.${ident(name)} as ${ident(`k${i + 1}`)}`);
  const scope = scopeColumns(contract).map(({ name }, i) => sql`t.${ident(name)} as ${ident(`s${i + 1}`)}`);
  return sql`
    select (pg_catalog.row_number() over () operator(pg_catalog.+) ${first - 1}::pg_catalog.int8)::pg_catalog.int4 as ${ident(stagingColumns.recordNo)},
      ${join([...keys, ...scope])}
    from ${ident(schema, table)} as t
    where ${missing.stands(contract)}
      and ${inScope(held)}${hasKey(contract)}
      and not exists (select from (${acceptedKeys(contract, loadId, slices)}) as held where ${sameKey(contract, sql`held`)})
      ${slices.some(({ rejected }) => rejected > 0) ? sql`and not exists (select from (${rejectedKeys(held)}) as held where ${sameKey(contract, sql`held`)})` : sql``}
      ${below === undefined ? sql`` : sql`and ${wasThereBelow(below)}`}`;
}

/** @param found of selectVanishing. */
export function createVanishing(loadId: number, found: Sql): Sql {
  return sql`create unlogged table ${vanishingTable(loadId)} as ${found}`;
}

/** So that a part of them is found without reading all. */
export function indexVanishing(loadId: number): Sql {
  return sql`create index on ${vanishingTable(loadId)} (${ident(stagingColumns.recordNo)})`;
}

/** Harmless where there is none. */
export function dropVanishing(loadId: number): Sql {
  return sql`drop table if exists ${vanishingTable(loadId)}`;
}

/** A record without a value for its key is a reject, so no file could name a row that has none: it is not missing. */
function hasKey(contract: Contract): Sql {
  const nullable = keyColumns(contract).filter(({ notNull }) => !notNull);
  return nullable.length === 0
    ? sql``
    : sql`
      and ${join(
        nullable.map(({ name }) => sql`(t.${ident(name)} is not null)`),
        ' and ',
      )}`;
}

function sameKey(contract: Contract, held: Sql): Sql {
  const same = keyColumns(contract).map((column, i) =>
    areEqual(column, sql`t.${ident(column.name)}`, sql`${held}.${ident(`k${i + 1}`)}`),
  );
  return join(same, ' and ');
}

/** The row `t` is one that the file is the truth of: of the declared values, or of values that an accepted record has. */
function inScope({ contract, loadId, slices }: Held): Sql {
  const columns = scopeColumns(contract);
  const { replaceWhere = {} } = contract;
  const declared = columns.flatMap((column) => {
    const text = replaceWhere[column.name] ?? null;
    return text === null
      ? []
      : [areEqual(column, sql`t.${ident(column.name)}`, sql`${literal(text)}::${typeSql(column.type)}`)];
  });
  const ofFile = columns.filter(({ name }) => replaceWhere[name] === null);
  if (ofFile.length === 0) return declared.length === 0 ? sql`true` : join(declared, ' and ');
  const values = join(ofFile.map((column, i) => sql`${incoming(column)} as ${ident(`s${i + 1}`)}`));
  const staged = slices.map(
    ({ slice, rejected }) => sql`
      select ${values} from ${notJudged(loadId, { slice, hasVerdicts: rejected > 0, fenced: true })} as s`,
  );
  const same = ofFile.map((column, i) =>
    areEqual(column, sql`t.${ident(column.name)}`, sql`scope.${ident(`s${i + 1}`)}`),
  );
  const found =
    staged.length === 0
      ? sql`select ${join(ofFile.map((column, i) => sql`null::${typeSql(column.type)} as ${ident(`s${i + 1}`)}`))} where false`
      : join(staged, ' union all ');
  return join(
    [
      ...declared,
      sql`exists (select from (select distinct * from (${found}) as each) as scope where ${join(same, ' and ')})`,
    ],
    ' and ',
  );
}

/** k1, k2, ... of the rejects, as the target's types; NULL where that cannot be read. */
function rejectedKeys(held: Held): Sql {
  const { contract, fileColumns, loadId, slices } = held;
  const keys = keyColumns(contract);
  const parts = slices
    .filter(({ rejected }) => rejected > 0)
    .flatMap(({ slice, rawRecords }) => [
      rejectedOf(loadId, slice, {
        table: typedTable(loadId, slice),
        recordNo: recordNoOf(sql`staged`),
        keys: keys.map((column) => readable(sql`staged.${ident(column.name)}::pg_catalog.text`, column, contract)),
      }),
      ...((rawRecords ?? 0) === 0
        ? []
        : [
            rejectedOf(loadId, slice, {
              table: rawTable(loadId, slice),
              recordNo: sql`staged.record_no`,
              keys: keys.map((column) => readable(rawCell(column, fileColumns), column, contract)),
              unless: typedTable(loadId, slice),
            }),
          ]),
    ]);
  if (parts.length > 0) return join(parts, ' union all ');
  return sql`select ${join(keys.map((column, i) => sql`null::${typeSql(column.type)} as ${ident(`k${i + 1}`)}`))} where false`;
}

interface Half {
  readonly table: Sql;
  readonly recordNo: Sql;
  readonly keys: readonly Sql[];
  /** Records that are here too are read there. */
  readonly unless?: Sql;
}

function rejectedOf(loadId: number, slice: number, { table, recordNo, keys, unless }: Half): Sql {
  return sql`
      select ${join(keys.map((key, i) => sql`${key} as ${ident(`k${i + 1}`)}`))}
      from ${table} as staged
      where exists (
        select
        from ${verdictsTable(loadId)} as v
        where (v.slice operator(pg_catalog.=) ${trustedSql(String(slice))})
          and (v.record_no operator(pg_catalog.=) ${recordNo})
          and (v.disposition operator(pg_catalog.=) ${literal(dispositions.rejected.letter)}::pg_catalog."char")
      )
      ${unless === undefined ? sql`` : sql`and not exists (select from ${unless} as typed where (${recordNoOf(sql`typed`)} operator(pg_catalog.=) ${recordNo}))`}`;
}

/** A cell of the raw half; of a column that the dataset supplies its constant, else nothing. */
function rawCell({ name, supplied }: ContractColumn, fileColumns: readonly FileColumn[]): Sql {
  const at = fileColumns.findIndex(({ column, absent }) => column?.name === name && absent !== true);
  if (at !== -1) return sql`(case when (staged.fault is null) then staged.cells[${trustedSql(String(at + 1))}] end)`;
  const constant = supplied !== undefined && 'constant' in supplied ? supplied.constant : null;
  return constant === null ? sql`null::pg_catalog.text` : sql`${literal(constant)}::pg_catalog.text`;
}

/** Text as the column's type, NULL where it is no value of it: what was rejected need not convert. */
function readable(text: Sql, { type }: ContractColumn, { leniencies }: Contract): Sql {
  const cell = leniencies.includes('trimBlanks') ? sql`pg_catalog.btrim(${text})` : text;
  return sql`(case when pg_catalog.pg_input_is_valid(${cell}, ${literal(qualifiedType(type))}) then ${cell}::${typeSql(type)} end)`;
}
