import { join, literal, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { HIDDEN, shortened } from '../../ledger/rejects/shown-text.ts';
import { recordNoOfPlace, sliceOfPlace } from '../keys-sql.ts';
import { kinTable, kinValue, parentTable, pointsSomewhere, pointsTo, pointsToItself, pointsToRow } from './kin-sql.ts';
import type { Kinship } from './kinship.ts';
import { lostTable } from './lost-sql.ts';
import { refusedTable } from './refused-sql.ts';
import { tiesTable } from './ties-sql.ts';

/** Why each lost record is one, and where it begins: a reason a foreign key that no parent is left of. */
export function updateLostReasons(kinships: readonly Kinship[], loadId: number): Sql {
  const parts = kinships.map((kinship, i) => {
    const number = trustedSql(String(i));
    return sql`
      select ${number} as fk, found.child, found.byte_offset,
        ${reason(kinship, i, { child: sql`c`, refused: sql`(parents.base_record operator(pg_catalog.+) ${recordNoOfPlace(sql`coalesce(found.parent, r.place)`)})` })} as reason
      from (
        select ties.child, pg_catalog.min(ties.byte_offset) as byte_offset, pg_catalog.min(ties.parent) as parent
        from ${tiesTable(loadId)} as ties
        left join ${lostTable(loadId)} as known on (known.place operator(pg_catalog.=) ties.parent)
        where (ties.fk operator(pg_catalog.=) ${number})
        group by ties.child
        having pg_catalog.bool_and((ties.parent is null) or (known.place is not null))
      ) as found
      join ${kinTable(loadId)} as c on (c.place operator(pg_catalog.=) found.child)
      ${refusedParents(kinship, i, loadId)}
      left join landfall.slices as parents on (parents.load_id operator(pg_catalog.=) ${trustedSql(String(loadId))})
        and (parents.slice operator(pg_catalog.=) ${sliceOfPlace(sql`coalesce(found.parent, r.place)`)})`;
  });
  return sql`
    update ${lostTable(loadId)} as lost
    set byte_offset = told.byte_offset, reasons = told.reasons
    from (
      select child, pg_catalog.min(byte_offset) as byte_offset, pg_catalog.jsonb_agg(reason order by fk) as reasons
      from (${join(parts, ' union all ')}) as each
      group by child
    ) as told
    where (told.child operator(pg_catalog.=) lost.place)
      and (lost.reasons is null)`;
}

/** The first record of each key among those that broke a rule, as `r`. */
function refusedParents(kinship: Kinship, i: number, loadId: number): Sql {
  if (kinship.parents === null) return sql`left join (select null::pg_catalog.int8 as place) as r on false`;
  const keys = join(kinship.parents.map((_, j) => kinValue('k', i, j)));
  return sql`left join (
        select ${keys}, pg_catalog.min(refused.place) as place
        from ${refusedTable(loadId)} as refused
        group by ${keys}
      ) as r on ${pointsTo(kinship, i, { child: sql`c`, parent: sql`r` })}`;
}

/** A reason more for records that broke another rule, where they point to what is neither in the table nor in the file: slice, record_no, reasons. */
export function selectMoreReasons(kinships: readonly Kinship[], loadId: number): Sql {
  const parts = kinships.map((kinship, i) => {
    const among = (table: Sql): Sql =>
      kinship.parents === null
        ? sql``
        : sql`and not exists (select from ${table} as p where ${pointsTo(kinship, i, { child: sql`c`, parent: sql`p` })})`;
    return sql`
      select ${trustedSql(String(i))} as fk, c.place, ${reason(kinship, i, { child: sql`c`, refused: sql`null` })} as reason
      from ${refusedTable(loadId)} as c
      where ${pointsSomewhere(kinship, i, sql`c`)}
        and (not ${pointsToItself(kinship, i, sql`c`)})
        and not exists (select from ${parentTable(kinship)} as t where ${pointsToRow(kinship, i, sql`c`)})
        ${among(kinTable(loadId))}
        ${among(refusedTable(loadId))}`;
  });
  return sql`
    select slices.slice, slices.base_record operator(pg_catalog.+) ${recordNoOfPlace(sql`each.place`)} as record_no,
      pg_catalog.jsonb_agg(each.reason order by each.fk) as reasons
    from (${join(parts, ' union all ')}) as each
    join landfall.slices as slices on (slices.load_id operator(pg_catalog.=) ${loadId})
      and (slices.slice operator(pg_catalog.=) ${sliceOfPlace(sql`each.place`)})
    group by 1, 2`;
}

/** jsonb, as reasons are; `constraint` says that it was found here. @param refused number of the record that would be the parent; NULL: none in the file. */
function reason(kinship: Kinship, i: number, { child, refused }: { child: Sql; refused: Sql }): Sql {
  const { name, columns, parentSchema, parentTable: table, parentColumns } = kinship.foreignKey;
  const [only] = columns;
  const shown = join(
    kinship.columns.map(({ sensitive }, j) =>
      sensitive === true ? literal(HIDDEN) : sql`${child}.${kinValue('f', i, j)}::pg_catalog.text`,
    ),
  );
  const text = sql`pg_catalog.concat_ws(', ', ${shown})`;
  const isSensitive = kinship.columns.some(({ sensitive }) => sensitive === true);
  const value = isSensitive ? literal('***') : shortened(text);
  const where = `is not in ${parentSchema}.${table} (${parentColumns.join(', ')})`;
  const nowhere = kinship.parents === null ? where : `${where}, nor in this file`;
  return sql`pg_catalog.jsonb_build_object(
          'code', 'FOREIGN_KEY',
          'column', ${only === undefined || columns.length > 1 ? sql`null` : literal(only)}::pg_catalog.text,
          'value', ${value},
          'message', pg_catalog.concat(${literal(`${columns.join(', ')}: '`)}, ${value}, ${literal(`' `)}, case
            when (${refused}::pg_catalog.int8 is null) then ${literal(nowhere)}
            else pg_catalog.concat(${literal(`${where}, and record `)}, ${refused}::pg_catalog.int8, ${literal(' of this file, which would bring it, is refused itself')})
          end),
          'constraint', ${literal(name)}::pg_catalog.text)`;
}
