-- How far sweep's listing of each dataset's prefix has come (landfall.listings). A new table, locks nothing that exists.
create table landfall.listings (
  dataset text not null,
  bucket text not null,
  prefix text not null,
  -- the last key that was looked at; NULL: the next look begins at the beginning
  after_key text,
  began_at timestamptz not null default clock_timestamp(),
  listed_at timestamptz not null default clock_timestamp(),
  -- when a listing came to its end last; NULL: none has
  rounded_at timestamptz,
  primary key (dataset, bucket, prefix)
);

-- whoever writes down what is retried sweeps too: a loader that was granted the one needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from pg_catalog.pg_class as operations
    cross join lateral pg_catalog.aclexplode(operations.relacl) as granted
    where (operations.oid = 'landfall.operations'::pg_catalog.regclass)
      and (granted.grantee <> operations.relowner)
  loop
    execute pg_catalog.format('grant %s on landfall.listings to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
