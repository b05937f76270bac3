import { ident, join, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import { kinTable, parentTable, pointsSomewhere, pointsTo, pointsToItself, pointsToRow } from './kin-sql.ts';
import type { Kinship } from './kinship.ts';

/**
 * Who points to whom where the table has no such parent: the foreign key by its number, child, byte_offset of the child, parent
 * (places; a parent that is nowhere is NULL), and whether it is the only one that would do.
 */
export function tiesTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_ties`);
}

/** A self-reference is none: such a row needs nobody. Several records of a key are several parents, of which one is enough. */
export function createTies(kinships: readonly Kinship[], loadId: number): Sql {
  const kin = kinTable(loadId);
  const parts = kinships.map((kinship, i) => {
    const number = trustedSql(String(i));
    const parent = kinship.parents === null ? sql`null::pg_catalog.int8` : sql`p.place`;
    const parents =
      kinship.parents === null
        ? sql``
        : sql`left join ${kin} as p on ${pointsTo(kinship, i, { child: sql`c`, parent: sql`p` })}`;
    return sql`
      select ${number} as fk, c.place as child, c.byte_offset, ${parent} as parent
      from ${kin} as c
      ${parents}
      where ${pointsSomewhere(kinship, i, sql`c`)}
        and (not ${pointsToItself(kinship, i, sql`c`)})
        and not exists (select from ${parentTable(kinship)} as t where ${pointsToRow(kinship, i, sql`c`)})`;
  });
  return sql`
    create unlogged table ${tiesTable(loadId)} as
    select ties.*, (pg_catalog.count(*) over (partition by ties.fk, ties.child) operator(pg_catalog.=) 1) as is_only
    from (${join(parts, ' union all ')}) as ties`;
}

/** Parents in the file, whether the table has them or not: what follows from the file alone. Each child has one of each foreign key. */
export function createTiesOfFile(kinships: readonly Kinship[], loadId: number): Sql {
  const kin = kinTable(loadId);
  const parts = kinships.flatMap((kinship, i) =>
    kinship.parents === null
      ? []
      : [
          sql`
      select ${trustedSql(String(i))} as fk, c.place as child, pg_catalog.max(p.place) as parent
      from ${kin} as c
      join ${kin} as p on ${pointsTo(kinship, i, { child: sql`c`, parent: sql`p` })}
      where (not ${pointsToItself(kinship, i, sql`c`)})
      group by c.place`,
        ],
  );
  return sql`create unlogged table ${tiesTable(loadId)} as ${join(parts, ' union all ')}`;
}

/** So that children are found by their parents, and parents by their children. */
export function indexTies(loadId: number): readonly Sql[] {
  return [
    sql`create index on ${tiesTable(loadId)} (parent)`,
    sql`create index on ${tiesTable(loadId)} (child)`,
    sql`analyze ${tiesTable(loadId)}`,
  ];
}

/** Harmless where there are none. */
export function dropTies(loadId: number): Sql {
  return sql`drop table if exists ${tiesTable(loadId)}`;
}
