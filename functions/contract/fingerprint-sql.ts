import { sql, type Sql } from '../core/sql.ts';
import type { TargetName } from '../core/target-name.ts';
import { enforcedFlag } from './newer-catalogue-sql.ts';

/**
 * A hash of the target's shape: `{ fingerprint: text }`, 64 hex digits; no row where the table is gone. Compiling a contract and every
 * batch run this same statement (2 to 3 ms, most of it planning), so that DDL in the middle of a load is noticed. It covers the table's
 * identity (dropped and made again is another table), columns, constraints also of domains, arbiters, triggers, rules and
 * row security. Left out because they may change harmlessly: other indexes, REINDEX, statistics, privileges, default
 * expressions, enum labels. sha256, since md5() fails on servers in FIPS mode.
 */
export function fingerprintSql({ schema, table }: TargetName): Sql {
  return sql`
select encode(sha256(convert_to(concat_ws('|',
  c.oid, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
  ${columns}, ${constraints}, ${arbiters}, ${triggers}, ${rules}
), 'UTF8')), 'hex') as fingerprint
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where (n.nspname = ${schema})
  and (c.relname = ${table})`;
}

const columns = sql`(
    select string_agg(concat_ws(',',
      a.attnum, quote_ident(a.attname), a.atttypid, a.atttypmod, a.attcollation, a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated
    ), ';' order by a.attnum)
    from pg_catalog.pg_attribute as a
    where (a.attrelid = c.oid)
      and (a.attnum > 0)
      and (not a.attisdropped)
  )`;

// a constraint cannot be changed in place but for these flags, so its oid stands for its text
const constraints = sql`(
    select string_agg(concat_ws(',', k.oid, k.contype, k.condeferrable, k.condeferred, k.enforced), ';' order by k.oid)
    from (
      select k.oid, k.contype, k.condeferrable, k.condeferred, ${enforcedFlag(sql`k`)} as enforced
      from pg_catalog.pg_constraint as k
      where (k.conrelid = c.oid)
      union all
      select k.oid, k.contype, k.condeferrable, k.condeferred, null
      from pg_catalog.pg_attribute as a
      join pg_catalog.pg_constraint as k on k.contypid = a.atttypid
      where (a.attrelid = c.oid)
        and (a.attnum > 0)
        and (not a.attisdropped)
    ) as k
  )`;

// by definition, not by oid: REINDEX CONCURRENTLY swaps in an equal index
const arbiters = sql`(
    select string_agg(distinct concat_ws(',', i.indkey, i.indnkeyatts, i.indimmediate, i.indnullsnotdistinct, i.indpred, i.indexprs), ';')
    from pg_catalog.pg_index as i
    where (i.indrelid = c.oid)
      and (i.indisunique)
      and (not i.indisexclusion)
      and (i.indisvalid)
      and (i.indisready)
      and (i.indislive)
  )`;

const triggers = sql`(
    select string_agg(concat_ws(',', t.oid, t.tgtype, t.tgenabled), ';' order by t.oid)
    from pg_catalog.pg_trigger as t
    where (t.tgrelid = c.oid)
      and (not t.tgisinternal)
  )`;

const rules = sql`(
    select string_agg(concat_ws(',', r.oid, r.ev_enabled), ';' order by r.oid)
    from pg_catalog.pg_rewrite as r
    where (r.ev_class = c.oid)
  )`;
