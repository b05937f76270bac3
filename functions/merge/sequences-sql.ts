import type { TargetTable } from '../core/contract.ts';
import { ident, literal, sql, trustedSql, type Sql } from '../core/sql.ts';
import { sqlQuoted } from '../core/typed-again.ts';

/** A sequence that a column of the target owns and takes its default from. */
export interface OwnedSequence {
  readonly column: string;
  /** Its qualified name as SQL, as PostgreSQL prints it. */
  readonly sequence: string;
  readonly ascending: boolean;
  /** The last value that it can give, decimal. */
  readonly end: string;
}

/**
 * Sequences of serial columns and of identities, of which no file fills one that is GENERATED ALWAYS unless its dataset says so. Not those that begin again at their end, nor those that a column
 * owns whose default is something else: a value of that column is no value of the sequence.
 */
export function selectOwnedSequences(target: TargetTable, columns: readonly string[]): Sql {
  return sql`
    select
      a.attname as "column", owned.name as sequence, s.seqincrement operator(pg_catalog.>) 0 as ascending,
      (case when s.seqincrement operator(pg_catalog.>) 0 then s.seqmax else s.seqmin end)::pg_catalog.text as "end"
    from pg_catalog.pg_attribute as a
    cross join lateral pg_catalog.pg_get_serial_sequence(
      a.attrelid::pg_catalog.regclass::pg_catalog.text, a.attname::pg_catalog.text
    ) as owned (name)
    join pg_catalog.pg_sequence as s
      on (s.seqrelid operator(pg_catalog.=) pg_catalog.to_regclass(owned.name)::pg_catalog.oid)
    left join pg_catalog.pg_attrdef as d
      on (d.adrelid operator(pg_catalog.=) a.attrelid) and (d.adnum operator(pg_catalog.=) a.attnum)
    where (a.attrelid operator(pg_catalog.=) ${target.oid}::pg_catalog.oid)
      and (a.attname operator(pg_catalog.=) any (${columns}::pg_catalog.text[]))
      and (not s.seqcycle)
      and (
        (a.attidentity operator(pg_catalog.<>) '')
        or (pg_catalog.pg_get_expr(d.adbin, d.adrelid)
          operator(pg_catalog.=) pg_catalog.format('nextval(%L::regclass)', owned.name))
      )
    order by a.attnum`;
}

/** The farthest value of the column that the sequence can go on behind; a value at its end or beyond leaves it no next one. */
export function selectFarthest(target: TargetTable, { column, ascending, end }: OwnedSequence): Sql {
  const farthest = trustedSql(ascending ? 'pg_catalog.max' : 'pg_catalog.min');
  const before = trustedSql(ascending ? 'operator(pg_catalog.<)' : 'operator(pg_catalog.>)');
  return sql`
    select ${farthest}(${ident(column)})::pg_catalog.text as value
    from ${ident(target.schema, target.table)}
    where (${ident(column)} ${before} ${end}::pg_catalog.int8)`;
}

/**
 * Moves the sequence to the first of its own values at `value` or behind it, whatever its increment; no row where it is
 * there. Up to `most` values are drawn as others draw theirs. A longer way is set: that takes nothing back, but where others
 * draw `most` values between the reading of the sequence and the setting of it, a few microseconds. Where values are cached,
 * a pooled session may have some from before: as many more are drawn.
 */
export function advance({ sequence, ascending }: OwnedSequence, value: string, most: number): Sql {
  const name = trustedSql(sequence);
  const regclass = sql`pg_catalog.to_regclass(${sequence})`;
  const farthest = trustedSql(ascending ? 'pg_catalog.max' : 'pg_catalog.min');
  return sql`
    select (
      case
        when behind.draws operator(pg_catalog.>) ${most}::pg_catalog.int4
        then pg_catalog.setval(
          ${regclass},
          (behind.upcoming operator(pg_catalog.+)
            ((behind.draws operator(pg_catalog.-) 1) operator(pg_catalog.*) behind.step))::pg_catalog.int8
        )
        else (
          select ${farthest}(pg_catalog.nextval(${regclass}))
          from pg_catalog.generate_series(1, behind.draws operator(pg_catalog.+) behind.cached)
        )
      end
    )::pg_catalog.text as "movedTo"
    from (
      select
        ahead.upcoming, ahead.step, ahead.cached,
        pg_catalog.ceil(
          (${value}::pg_catalog.numeric operator(pg_catalog.-) ahead.upcoming) operator(pg_catalog./) ahead.step
        ) operator(pg_catalog.+) 1 as draws
      from (
        select
          s.seqincrement::pg_catalog.numeric as step, s.seqcache operator(pg_catalog.-) 1 as cached,
          now.last_value::pg_catalog.numeric
            operator(pg_catalog.+) (case when now.is_called then s.seqincrement else 0 end)::pg_catalog.numeric as upcoming
        from ${name} as now
        join pg_catalog.pg_sequence as s on (s.seqrelid operator(pg_catalog.=) ${regclass}::pg_catalog.oid)
      ) as ahead
      where ((${value}::pg_catalog.numeric operator(pg_catalog.-) ahead.upcoming) operator(pg_catalog.*) ahead.step
        operator(pg_catalog.>=) 0)
    ) as behind`;
}

/** For a person whose role may: it moves forward or stays. */
export function advanceByHand(target: TargetTable, { column, sequence, ascending, end }: OwnedSequence): string {
  const [farther, farthest, before] = ascending ? ['greatest', 'max', '<'] : ['least', 'min', '>'];
  const name = ident(column).text;
  return sqlQuoted(
    `select setval(${literal(sequence).text}, ${farther}((select ${farthest}(${name}) ` +
      `from ${ident(target.schema, target.table).text} where ${name} ${before} ${end}), ` +
      `(select last_value from ${sequence})));`,
  );
}
