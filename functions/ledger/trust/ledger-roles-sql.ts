import { sql, type Sql } from '../../core/sql.ts';

/** Who owns a ledger where nobody says otherwise: the role of docs/deploy.md. */
export const defaultLedgerOwner = 'landfall_owner';

/** The role that LANDFALL_LEDGER_OWNER or `landfall:ledgerOwner` names; null: none was named, and defaultLedgerOwner counts. */
export type LedgerOwner = string | null;

/**
 * CTEs: the two schemas (`space`), what is in them (`thing`; `is_lasting`: of the ledger itself and not of the staging of one load), and
 * `expected`, the roles that may own it: whoever asks, a superuser, the owner of the database, the owner that was named. The
 * default name does not count for who is logged in as a superuser, whatever role was set since, or may become one: whoever may make
 * roles could have made that one.
 */
export function ledgerThings(owner: LedgerOwner): Sql {
  return sql`
    space as (
      select oid, nspname, nspowner, nspacl
      from pg_catalog.pg_namespace
      where (nspname operator(pg_catalog.=) any (array['landfall', 'landfall_staging']::pg_catalog.name[]))
    ),
    thing as (
      select
        pg_class.oid, pg_class.relkind, pg_class.relowner, pg_class.relacl, pg_class.relrowsecurity, space.nspname, space.nspowner,
        pg_catalog.format('%I.%I', space.nspname, pg_class.relname) as name,
        (space.nspname operator(pg_catalog.=) 'landfall')
          or (pg_class.relname operator(pg_catalog.=) any (array['epochs', 'epochs_pkey']::pg_catalog.name[])) as is_lasting
      from pg_catalog.pg_class
      join space on (space.oid operator(pg_catalog.=) pg_class.relnamespace)
    ),
    expected as (
      select role.oid
      from pg_catalog.pg_roles as role
      where role.rolsuper
        or (role.rolname operator(pg_catalog.=) current_user)
        or (
          role.oid operator(pg_catalog.=) (
            select datdba from pg_catalog.pg_database where (datname operator(pg_catalog.=) pg_catalog.current_database())
          )
        )
        or (
          (role.rolname operator(pg_catalog.=) ${owner ?? defaultLedgerOwner})
          and (
            ${owner !== null}::pg_catalog.bool
            or not exists (
              select
              from pg_catalog.pg_roles as power
              where power.rolsuper and pg_catalog.pg_has_role(session_user, power.oid, 'member')
            )
          )
        )
    ),
    stager as (
      -- who stages; a group counts where one of its members does
      select role.oid
      from pg_catalog.pg_roles as role
      cross join space
      where (space.nspname operator(pg_catalog.=) 'landfall_staging')
        and (
          pg_catalog.has_schema_privilege(role.oid, space.oid, 'create')
          or exists (
            select
            from pg_catalog.pg_auth_members
            where (pg_auth_members.roleid operator(pg_catalog.=) role.oid)
              and pg_catalog.has_schema_privilege(pg_auth_members.member, space.oid, 'create')
          )
        )
    )`;
}

/** Of the CTEs above: one schema without the other, which somebody else could make; schemas that belong to none of the expected, and relations that belong to yet another; staging also to who stages. Words, and the statement that mends it. */
export function selectForeignOwners(): Sql {
  return sql`
    select
      pg_catalog.format('the schema %I is not there, beside %I', missing.name, space.nspname) as what,
      -- without the ledger nothing is in staging that anybody needs
      case when space.nspname operator(pg_catalog.=) 'landfall_staging' then 'drop schema landfall_staging cascade;' end as fix
    from space
    cross join (values ('landfall'), ('landfall_staging')) as missing (name)
    where (select pg_catalog.count(*) operator(pg_catalog.=) 1 from space)
      and (missing.name operator(pg_catalog.<>) space.nspname)
    union all
    select
      pg_catalog.format('the schema %I belongs to %I', nspname, pg_catalog.pg_get_userbyid(nspowner)) as what,
      null::pg_catalog.text as fix
    from space
    where (nspowner operator(pg_catalog.<>) all (select oid from expected))
    union all
    select pg_catalog.format('%s belongs to %I', name, pg_catalog.pg_get_userbyid(relowner)), null
    from thing
    where (relkind operator(pg_catalog.<>) all (array['i', 'I', 't']::pg_catalog."char"[]))
      and (relowner operator(pg_catalog.<>) all (select oid from expected))
      and (relowner operator(pg_catalog.<>) nspowner)
      and (is_lasting or (relowner operator(pg_catalog.<>) all (select oid from stager)))`;
}

/**
 * Rights beyond reading (and deleting rejects) that somebody has who neither owns nor stages, and those that let anybody but an owner attach code:
 * on schemas, relations, columns, and by default on what will be made. Words, and the statement that mends it.
 */
export function selectForeignRights(): Sql {
  return sql`
    select
      pg_catalog.format(
        '%s may %s %s',
        coalesce(holder.name, 'everybody (PUBLIC)'),
        pg_catalog.string_agg(
          distinct case when granted.is_grantable then 'grant ' else '' end
            operator(pg_catalog.||) pg_catalog.lower(granted.privilege_type),
          ', '
        ),
        held.place
      ) as what,
      pg_catalog.format(
        held.revoke,
        pg_catalog.string_agg(distinct pg_catalog.lower(granted.privilege_type) operator(pg_catalog.||) held.columns, ', '),
        coalesce(holder.name, 'public')
      ) as fix
    from (
      select
        'in the schema ' operator(pg_catalog.||) nspname as place,
        'revoke %s on schema ' operator(pg_catalog.||) nspname operator(pg_catalog.||) ' from %s;' as revoke,
        '' as columns,
        nspacl as acl,
        nspowner as owner,
        (nspname operator(pg_catalog.=) 'landfall') as is_closed,
        false as is_of_all
      from space
      union all
      select
        'on ' operator(pg_catalog.||) name,
        pg_catalog.format('revoke %%s on %s %s from %%s;', case relkind when 'S' then 'sequence' else 'table' end, ${doubled(sql`name`)}),
        '', relacl, relowner, false, false
      from thing
      where is_lasting
      union all
      select
        pg_catalog.format('on %s (%I)', thing.name, pg_attribute.attname),
        pg_catalog.format('revoke %%s on table %s from %%s;', ${doubled(sql`thing.name`)}),
        pg_catalog.format(' (%I)', pg_attribute.attname),
        pg_attribute.attacl, relowner, false, false
      from thing
      join pg_catalog.pg_attribute on (pg_attribute.attrelid operator(pg_catalog.=) thing.oid)
      where is_lasting and (pg_attribute.attacl is not null)
      union all
      select
        pg_catalog.format(
          'on what %I will make%s', pg_catalog.pg_get_userbyid(defaclrole),
          coalesce(' in ' operator(pg_catalog.||) space.nspname, '')
        ),
        pg_catalog.format(
          'alter default privileges for role %s%s revoke %%s on %s from %%s;',
          ${doubled(sql`pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(defaclrole))`)},
          coalesce(' in schema ' operator(pg_catalog.||) space.nspname, ''),
          case defaclobjtype when 'S' then 'sequences' else 'tables' end
        ),
        '', defaclacl, defaclrole, false, space.oid is null
      from pg_catalog.pg_default_acl
      left join space on (space.oid operator(pg_catalog.=) pg_default_acl.defaclnamespace)
      where ((defaclnamespace operator(pg_catalog.=) 0) or (space.oid is not null))
        and (defaclobjtype operator(pg_catalog.=) any (array['r', 'S']::pg_catalog."char"[]))
        and (
          (defaclrole operator(pg_catalog.=) any (select nspowner from space))
          or (pg_catalog.pg_get_userbyid(defaclrole) operator(pg_catalog.=) current_user)
        )
    ) as held
    cross join lateral pg_catalog.aclexplode(held.acl) as granted
    cross join lateral (
      select case when granted.grantee operator(pg_catalog.<>) 0
        then pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as name
    ) as holder
    where (granted.grantee operator(pg_catalog.<>) all (select oid from expected))
      -- an owner who is not expected is told above: no right is taken from who owns
      and (granted.grantee operator(pg_catalog.<>) held.owner)
      -- rights by default in all schemas: migrate takes them from the ledger's tables; of those on staging a trigger is code
      and ((not held.is_of_all) or (granted.privilege_type operator(pg_catalog.=) 'TRIGGER'))
      and (
        granted.is_grantable
        or (granted.privilege_type operator(pg_catalog.=) any (array['TRIGGER', 'REFERENCES', 'TRUNCATE']))
        or (
          (granted.privilege_type operator(pg_catalog.=) 'CREATE')
          and (held.is_closed or (granted.grantee operator(pg_catalog.=) 0))
        )
        or (
          (granted.privilege_type operator(pg_catalog.=) any (array['INSERT', 'UPDATE', 'DELETE']))
          and (granted.grantee operator(pg_catalog.<>) all (select oid from stager))
          -- old rejects are deleted by whom the owner lets do it
          and (
            (granted.privilege_type operator(pg_catalog.<>) 'DELETE')
            or (held.place operator(pg_catalog.<>) 'on landfall.rejects')
          )
        )
      )
    group by held.place, held.revoke, holder.name`;
}

/** A name inside of what format() reads. */
function doubled(name: Sql): Sql {
  return sql`pg_catalog.replace(${name}, '%', '%%')`;
}
