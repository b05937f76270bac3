import { areEqual } from '../../core/comparison.ts';
import type { Contract } from '../../core/contract.ts';
import { ident, join, sql, trustedSql, type Sql } from '../../core/sql.ts';
import { STAGING_SCHEMA } from '../../core/staging.ts';
import { imagesTable } from './contested-sql.ts';
import { inBatches, standingTable } from './standing-sql.ts';
import { type ReadColumn, readColumns } from './unique-indexes-sql.ts';

/** An exclusion constraint of the target, or a key WITHOUT OVERLAPS, which is one; text is PostgreSQL's own, to be read under pg_catalog alone. */
export interface Exclusion {
  readonly name: string;
  /** `EXCLUDE USING gist (...)`, or `PRIMARY KEY (..., at WITHOUT OVERLAPS)`, over unqualified column names. */
  readonly definition: string;
  /** Of columns; an expression has no name. */
  readonly keys: readonly { readonly column: string | null; readonly operator: string }[];
  readonly predicate: string | null;
  readonly deferrable: boolean;
  readonly reads: readonly ReadColumn[];
}

/** Those that new rows have to satisfy, in the order in which PostgreSQL asks them. */
export function selectExclusions(targetOid: number): Sql {
  return sql`
    select k.conname as "name", pg_catalog.pg_get_constraintdef(k.oid) as "definition",
      (
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
          'column', a.attname,
          'operator', pg_catalog.format('operator(%I.%s)', n.nspname, o.oprname)
        ) order by u.position)
        from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.conexclop)) with ordinality as u (attnum, operator, position)
        join pg_catalog.pg_operator as o on (o.oid operator(pg_catalog.=) u.operator)
        join pg_catalog.pg_namespace as n on (n.oid operator(pg_catalog.=) o.oprnamespace)
        left join pg_catalog.pg_attribute as a on (a.attrelid operator(pg_catalog.=) k.conrelid)
          and (a.attnum operator(pg_catalog.>) 0)
          and (a.attnum operator(pg_catalog.=) u.attnum)
      ) as "keys",
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) as "predicate",
      k.condeferrable as "deferrable",
      ${readColumns} as "reads"
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_index as i on (i.indexrelid operator(pg_catalog.=) k.conindid)
    where (k.conrelid operator(pg_catalog.=) ${targetOid}::pg_catalog.oid)
      and (k.contype operator(pg_catalog.=) any (array['x', 'p', 'u']::pg_catalog."char"[]))
      and i.indisexclusion
    order by i.indexrelid`;
}

/** Records that want a place among others: place, byte_offset, changed, batch, turn, held (a row of the table has it), and their columns by name. */
export function wantingTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_wanting`);
}

/** Those of them that get it, one after the other, under the same constraint. */
export function apartTable(loadId: number): Sql {
  return ident(STAGING_SCHEMA, `l${loadId}_apart`);
}

interface Wanted {
  readonly loadId: number;
  readonly exclusion: Exclusion;
  /** Of the images, in their order. */
  readonly columns: readonly string[];
  readonly lined: boolean;
}

/** New rows, and changed ones of which a column that the constraint reads is another than before; in the order of the merge. */
export function createWanting({ loadId, exclusion, columns, lined }: Wanted): Sql {
  const names = join(columns.map((name, i) => sql`images.${ident(`a${i}`)} as ${ident(name)}`));
  const isOther = join(
    exclusion.reads.map(({ name }) => {
      const [after, before] = [ident(`a${columns.indexOf(name)}`), ident(`b${columns.indexOf(name)}`)];
      return sql`(images.${after}::pg_catalog.text is distinct from images.${before}::pg_catalog.text)`;
    }),
    ' or ',
  );
  const { from, order } = inBatches(loadId, lined);
  return sql`
    create unlogged table ${wantingTable(loadId)} as
    select * from (
      select images.place, images.byte_offset, images.changed, batches.batch,
        pg_catalog.row_number() over (order by batches.batch, images.changed, ${order}) as turn, false as held, ${names}
      from ${imagesTable(loadId)} as images
      ${from}
      where ((not images.changed) or ${isOther})
        and not exists (
          select from ${standingTable(loadId)} as standing
          where (standing.place operator(pg_catalog.=) images.place) and (standing.state operator(pg_catalog.=) 'r')
        )
    ) as wanting
    where ${inConstraint(exclusion)}`;
}

/** A NULL excludes nobody. */
function inConstraint({ keys, predicate }: Exclusion): Sql {
  const known = keys.map(({ column }) => sql`(${ident(column ?? '')} is not null)`);
  return join([...known, ...(predicate === null ? [] : [sql`(${trustedSql(predicate)})`])], ' and ');
}

function excludes({ keys }: Exclusion, mine: Sql, other: Sql): Sql {
  const sides = keys.map(
    ({ column, operator }) =>
      sql`(${other}.${ident(column ?? '')} ${trustedSql(operator)} ${mine}.${ident(column ?? '')})`,
  );
  return join(sides, ' and ');
}

/** A row of the table stands in the way, which is not the record's own, and which no record moves away before. */
export function updateHeldByRows(contract: Contract, { loadId, exclusion }: Wanted): Sql {
  const { target, columns, businessKey } = contract;
  const sameKey = (mine: Sql): Sql => {
    const key = columns.filter(({ name }) => businessKey.includes(name));
    if (key.length === 0) return sql`false`;
    return join(
      key.map((column) => areEqual(column, sql`t.${ident(column.name)}`, sql`${mine}.${ident(column.name)}`)),
      ' and ',
    );
  };
  return sql`
    update ${wantingTable(loadId)} as mine
    set held = true
    where exists (
      select
      from (select * from ${ident(target.schema, target.table)} where ${inConstraint(exclusion)}) as t
      where ${excludes(exclusion, sql`mine`, sql`t`)}
        and not coalesce(${sameKey(sql`mine`)}, false)
        and not exists (
          select from ${wantingTable(loadId)} as mover
          where mover.changed and (mover.turn operator(pg_catalog.<) mine.turn) and ${sameKey(sql`mover`)}
        )
    )`;
}

/** An empty table under the same constraint, and who is taken into it: whoever comes first. */
export function takeInTurn({ loadId, exclusion }: Wanted): readonly Sql[] {
  const names = join(exclusion.reads.map(({ name }) => ident(name)));
  return [
    sql`create unlogged table ${apartTable(loadId)} as select place, ${names} from ${wantingTable(loadId)} limit 0`,
    sql`alter table ${apartTable(loadId)} add ${trustedSql(exclusion.definition)}`,
    sql`
      insert into ${apartTable(loadId)} (place, ${names})
      select wanting.place, ${names}
      from ${wantingTable(loadId)} as wanting
      where (not wanting.held)
      order by wanting.turn
      on conflict do nothing`,
  ];
}

/** Who was not taken, with the record that was; @param number of the constraint among all that refuse. */
export function insertExcluded({ loadId, exclusion }: Wanted, number: number): Sql {
  return sql`
    insert into ${standingTable(loadId)} (place, byte_offset, changed, batch, turn, state, pass, index_no, rival)
    select wanting.place, wanting.byte_offset, wanting.changed, wanting.batch, wanting.turn, 'r', 1, ${number}::pg_catalog.int4,
      (case when (not wanting.held) then (
        select pg_catalog.min(taken.place) from ${apartTable(loadId)} as taken where ${excludes(exclusion, sql`wanting`, sql`taken`)}
      ) end)
    from ${wantingTable(loadId)} as wanting
    where not exists (select from ${apartTable(loadId)} as taken where (taken.place operator(pg_catalog.=) wanting.place))`;
}

/** Harmless where there are none. */
export function dropExclusions(loadId: number): Sql {
  return sql`drop table if exists ${wantingTable(loadId)}, ${apartTable(loadId)}`;
}
