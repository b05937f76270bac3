-- Manifests and markers that start the load of a set (docs/sets.md). A new table; locks nothing that is there.
create table landfall.set_starts (
  dataset text not null,
  bucket text not null,
  key text not null,
  version_id text not null,
  etag text,
  size bigint not null,
  object_modified timestamptz,
  -- when it was first seen: what it lists and is not there yet is waited for from then on
  seen_at timestamptz not null default clock_timestamp(),
  -- the load that it started last, or the newest of those that had loaded all of its objects before; NULL: it still waits
  load_id bigint,
  primary key (dataset, bucket, key, version_id)
);

-- whoever writes slices writes it: what was granted before needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from pg_catalog.pg_class as slices
    cross join lateral pg_catalog.aclexplode(slices.relacl) as granted
    where (slices.oid = 'landfall.slices'::pg_catalog.regclass)
      and (granted.grantee <> slices.relowner)
      and (granted.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
  loop
    execute pg_catalog.format('grant %s on landfall.set_starts to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
