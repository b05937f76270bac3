-- What was deleted by a record that said so, so that an older file that comes late does not bring it back (landfall.tombstones). A new table, locks nothing that exists.
create table landfall.tombstones (
  -- a table that is made anew has another one
  table_oid oid not null,
  -- SHA-256 of the business key, whose values are not kept
  key_hash bytea not null,
  -- when the object was changed last that said so
  deleted_at timestamptz not null,
  -- the load that brought it
  load_id bigint not null,
  primary key (table_oid, key_hash)
);

-- whoever writes batches writes tombstones: what was granted before needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from pg_catalog.pg_class as batches
    cross join lateral pg_catalog.aclexplode(batches.relacl) as granted
    where (batches.oid = 'landfall.batches'::pg_catalog.regclass)
      and (granted.grantee <> batches.relowner)
      and (granted.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
  loop
    execute pg_catalog.format('grant %s on landfall.tombstones to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
