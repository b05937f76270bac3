import { join, literal, sql, type Sql } from '../../core/sql.ts';

/**
 * Of the CTEs of ledgerThings: all by which code of somebody's could run when the ledger is read or written. The ledger has no
 * trigger, rule, policy, parent, generated column or expression index, and the texts of its defaults, CHECKs and partial indexes are
 * of a few forms: any function of pg_catalog is too many, since some of them run what they are given. Words, and the
 * statement that mends it where one does.
 */
export function selectForeignCode(): Sql {
  return join([...attached, ...expressions, ...foreignObjects], '\n union all ');
}

const attached: readonly Sql[] = [
  sql`
    select
      pg_catalog.format(
        '%s is no table but %s', name,
        case relkind when 'v' then 'a view' when 'm' then 'a materialized view' when 'f' then 'a foreign table'
          when 'p' then 'a partitioned table' when 'S' then 'a sequence' else 'something else' end
      ) as what,
      null::pg_catalog.text as fix
    from thing
    where (relkind operator(pg_catalog.<>) all (array['r', 'i', 'S']::pg_catalog."char"[]))
      or ((relkind operator(pg_catalog.=) 'S') and not is_lasting)`,
  sql`
    select
      pg_catalog.format('the trigger %I on %s', tgname, thing.name),
      pg_catalog.format('drop trigger %I on %s;', tgname, thing.name)
    from pg_catalog.pg_trigger
    join thing on (thing.oid operator(pg_catalog.=) tgrelid)
    where not tgisinternal`,
  sql`
    select
      pg_catalog.format('the foreign key %I from %s to %s', conname, conrelid::pg_catalog.regclass, confrelid::pg_catalog.regclass),
      pg_catalog.format('alter table %s drop constraint %I;', conrelid::pg_catalog.regclass, conname)
    from pg_catalog.pg_constraint
    where (contype operator(pg_catalog.=) 'f')
      and (
        (conrelid operator(pg_catalog.=) any (select oid from thing))
        operator(pg_catalog.<>) (confrelid operator(pg_catalog.=) any (select oid from thing))
      )`,
  sql`
    select
      pg_catalog.format('the rule %I on %s', rulename, thing.name),
      pg_catalog.format('drop rule %I on %s;', rulename, thing.name)
    from pg_catalog.pg_rewrite
    join thing on (thing.oid operator(pg_catalog.=) ev_class)
    where (thing.relkind operator(pg_catalog.=) 'r')`,
  sql`
    select
      pg_catalog.format('the policy %I on %s', polname, thing.name),
      pg_catalog.format('drop policy %I on %s;', polname, thing.name)
    from pg_catalog.pg_policy
    join thing on (thing.oid operator(pg_catalog.=) polrelid)`,
  sql`
    select
      pg_catalog.format('row-level security on %s', name),
      pg_catalog.format('alter table %s disable row level security;', name)
    from thing
    where relrowsecurity`,
  sql`
    select
      pg_catalog.format('%s is a child of %s', inhrelid::pg_catalog.regclass, inhparent::pg_catalog.regclass),
      pg_catalog.format('alter table %s no inherit %s;', inhrelid::pg_catalog.regclass, inhparent::pg_catalog.regclass)
    from pg_catalog.pg_inherits
    where (inhrelid operator(pg_catalog.=) any (select oid from thing))
      or (inhparent operator(pg_catalog.=) any (select oid from thing))`,
];

/** Columns compared with NULL, a text or a number. Operators of somebody's are found by what the index depends on. */
const comparison = `[a-z_]+ (IS (NOT )?NULL|(=|<>|<|>|<=|>=) ('[^']*'::text|[0-9]+))`;
const plainCondition = `^[(]+${comparison}[)]*( (AND|OR) [(]*${comparison}[)]*)*$`;

/**
 * A constant, or the text that a dataset gives every record of staging, as a type of PostgreSQL's own: one of somebody's stands with its schema, and
 * so with a dot.
 */
const plainDefault = `^(clock_timestamp[(][)]|[0-9]+|true|false|[(]?E?'([^']|'')*'::[a-z]+[)]?(::[a-z ]+([(][0-9,]+[)])?[a-z ]*)?)$`;

const expressions: readonly Sql[] = [
  sql`
    select
      pg_catalog.format('the default of %s.%I: %s', thing.name, attname, pg_catalog.pg_get_expr(adbin, adrelid)),
      null
    from pg_catalog.pg_attrdef
    join thing on (thing.oid operator(pg_catalog.=) adrelid)
    join pg_catalog.pg_attribute
      on (attrelid operator(pg_catalog.=) adrelid) and (attnum operator(pg_catalog.=) adnum)
    where (attgenerated operator(pg_catalog.<>) '')
      or (
        pg_catalog.pg_get_expr(adbin, adrelid)
        operator(pg_catalog.!~) ${literal(plainDefault)}
      )`,
  sql`
    select
      pg_catalog.format('the constraint %I on %s: %s', conname, thing.name, pg_catalog.pg_get_constraintdef(pg_constraint.oid)),
      pg_catalog.format('alter table %s drop constraint %I;', thing.name, conname)
    from pg_catalog.pg_constraint
    join thing on (thing.oid operator(pg_catalog.=) conrelid)
    where (contype operator(pg_catalog.<>) all (array['p', 'u', 'f', 'n']::pg_catalog."char"[]))
      and (
        (contype operator(pg_catalog.<>) 'c')
        or (
          pg_catalog.pg_get_constraintdef(pg_constraint.oid) operator(pg_catalog.!~)
          '^CHECK [(][(][a-z_]+ = ANY [(]ARRAY[[]''[A-Za-z_]+''::text(, ''[A-Za-z_]+''::text)*[]][)][)][)]$'
        )
      )`,
  sql`
    select
      pg_catalog.format(
        'the index %s on %s, %s', indexrelid::pg_catalog.regclass, thing.name,
        case when indexprs is not null then 'of an expression'
          else 'where ' operator(pg_catalog.||) pg_catalog.pg_get_expr(indpred, indrelid) end
      ),
      pg_catalog.format('drop index %s;', indexrelid::pg_catalog.regclass)
    from pg_catalog.pg_index
    join thing on (thing.oid operator(pg_catalog.=) indrelid)
    where (indexprs is not null)
      or (
        (indpred is not null)
        and (pg_catalog.pg_get_expr(indpred, indrelid) operator(pg_catalog.!~) ${plainCondition})
      )`,
];

const foreignObjects: readonly Sql[] = [
  // what comes with the server is depended on without a row of pg_depend, so what has one is somebody's
  sql`
    select
      pg_catalog.format(
        '%s uses %s',
        pg_catalog.pg_describe_object(classid, objid, objsubid), pg_catalog.pg_describe_object(refclassid, refobjid, 0)
      ),
      null
    from (
      select 'pg_catalog.pg_class'::pg_catalog.regclass as class, oid
      from thing
      where is_lasting
      union all
      select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, pg_attrdef.oid
      from pg_catalog.pg_attrdef
      join thing on is_lasting and (thing.oid operator(pg_catalog.=) adrelid)
      union all
      select 'pg_catalog.pg_constraint'::pg_catalog.regclass, pg_constraint.oid
      from pg_catalog.pg_constraint
      join thing on is_lasting and (thing.oid operator(pg_catalog.=) conrelid)
    ) as own
    join pg_catalog.pg_depend
      on (classid operator(pg_catalog.=) own.class) and (objid operator(pg_catalog.=) own.oid)
    where (
        refclassid operator(pg_catalog.=) any (
          array[
            'pg_catalog.pg_proc', 'pg_catalog.pg_type', 'pg_catalog.pg_operator', 'pg_catalog.pg_opclass', 'pg_catalog.pg_opfamily',
            'pg_catalog.pg_am', 'pg_catalog.pg_collation', 'pg_catalog.pg_language', 'pg_catalog.pg_foreign_server'
          ]::pg_catalog.regclass[]
        )
      )
      or (
        (refclassid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass)
        and (refobjid operator(pg_catalog.<>) all (select oid from thing))
      )`,
  sql`
    select
      pg_catalog.format('%s in the schema %I', pg_catalog.pg_describe_object(classid, objid, 0), space.nspname),
      null
    from pg_catalog.pg_depend
    join space
      on (refclassid operator(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass)
      and (space.oid operator(pg_catalog.=) refobjid)
    where (
        classid operator(pg_catalog.<>) all (
          array[
            'pg_catalog.pg_class', 'pg_catalog.pg_default_acl', 'pg_catalog.pg_statistic_ext', 'pg_catalog.pg_publication_namespace'
          ]::pg_catalog.regclass[]
        )
      )`,
  // loads make tables, which such a trigger hears of; a superuser made it, and its function may be another's
  sql`
    select
      pg_catalog.format('the event trigger %I, whose function belongs to %I', evtname, pg_catalog.pg_get_userbyid(proowner)),
      pg_catalog.format('alter event trigger %I disable;', evtname)
    from pg_catalog.pg_event_trigger
    join pg_catalog.pg_proc on (pg_proc.oid operator(pg_catalog.=) evtfoid)
    where (evtenabled operator(pg_catalog.<>) 'D')
      and (proowner operator(pg_catalog.<>) evtowner)
      and (proowner operator(pg_catalog.<>) all (select oid from expected))`,
];
