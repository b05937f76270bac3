-- Windows in which objects of a dataset are gathered into one load (docs/adr/0090). Two new tables and their indexes; locks landfall.objects for a moment.
create table landfall.windows (
  window_id bigint generated always as identity primary key,
  dataset text not null,
  -- whose it is to load what is gathered: who opened it, or who made it full or found it past its time
  execution text not null,
  opened_at timestamptz not null default clock_timestamp(),
  closes_at timestamptz not null,
  -- nothing more comes into it; NULL: it is open
  sealed_at timestamptz,
  -- the load of its objects, or the newest of those that had loaded all of them before; NULL: nobody has begun one
  load_id bigint
);

create unique index windows_open on landfall.windows (dataset) where (sealed_at is null);
create index windows_to_load on landfall.windows (closes_at) where (load_id is null);
create index windows_of_execution on landfall.windows (execution);

create table landfall.gathered (
  window_id bigint not null references landfall.windows on delete cascade,
  dataset text not null,
  bucket text not null,
  key text not null,
  version_id text not null,
  etag text,
  size bigint not null,
  object_modified timestamptz,
  gathered_at timestamptz not null default clock_timestamp(),
  -- one version of a key: another one comes into the next window
  primary key (window_id, bucket, key)
);

create index gathered_versions on landfall.gathered (dataset, bucket, key, version_id);

alter table landfall.objects
  -- why it was left out of its load, as its dataset wants those that cannot be read; NULL: it was not
  add column refused_code text,
  add column refused_message text;

-- whoever writes slices writes both: what was granted before needs no second visit by the owner
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
    execute pg_catalog.format('grant %s on landfall.windows, landfall.gathered to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
