-- Which failures people were told of, so that many of one cause are one message (landfall.told_failures). A new table, locks nothing that exists.
create table landfall.told_failures (
  -- what many failures have in common: a code, or a code and what it is about
  cause text not null,
  -- the load's number, or the execution that had not claimed one
  about text not null,
  load_id bigint,
  failed_at timestamptz not null default clock_timestamp(),
  -- NULL: gathered, for the sweep to tell
  told_at timestamptz,
  primary key (cause, about)
);

-- whoever takes leases writes here too: a loader that was granted the one needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from pg_catalog.pg_class as leases
    cross join lateral pg_catalog.aclexplode(leases.relacl) as granted
    where (leases.oid = 'landfall.leases'::pg_catalog.regclass)
      and (granted.grantee <> leases.relowner)
  loop
    execute pg_catalog.format('grant %s on landfall.told_failures to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
