-- Indexes that a load drops before its merge and builds again after it (landfall.indexes), and what was decided of each (landfall.loads.indexes). A new table and a column without a default; locks landfall.loads for a moment.
alter table landfall.loads
  -- { "plan", "why", "indexes": [{ "name", "sizeBytes", "decision", "why" }] }, as the gate decided it; NULL: the target has no index to decide on, or an earlier version loaded it
  add column indexes jsonb;

-- an index that was dropped: all that brings it back, written in the transaction that drops it
create table landfall.indexes (
  index_id bigint generated always as identity primary key,
  load_id bigint not null,
  -- as landfall.leases names it
  target text not null,
  table_oid oid not null,
  index_schema text not null,
  index_name text not null,
  -- of a partition's: { "schema", "name" } of the index that it is attached to; NULL: it is no part of another
  attached_to jsonb,
  -- the index of the target that it is a part of; NULL: it is that one
  part_of text,
  -- pg_get_indexdef under search_path pg_catalog
  definition text not null,
  comment text,
  -- of columns that have a target of their own: [{ "column": its number, "target" }]
  statistics jsonb not null default '[]',
  -- NULL: the default of the database
  tablespace text,
  is_clustered boolean not null default false,
  -- it was dropped beside others that use the table, and is built so
  is_concurrent boolean not null default false,
  -- the role that owns it, and so its table
  owner text not null,
  size_bytes bigint not null,
  dropped_at timestamptz not null default clock_timestamp(),
  -- NULL: it is missing
  rebuilt_at timestamptz,
  -- how long building took
  seconds double precision,
  -- what the server said when it could not be built; the next who finds it missing tries again
  trouble text,
  tried_at timestamptz
);

create index indexes_missing on landfall.indexes (target) where (rebuilt_at is null);

-- whoever writes batches writes these: what was granted before needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from pg_catalog.pg_class as old
    cross join lateral pg_catalog.aclexplode(old.relacl) as granted
    where (old.oid = 'landfall.batches'::pg_catalog.regclass)
      and (granted.grantee <> old.relowner)
      and (granted.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
  loop
    execute pg_catalog.format('grant %s on landfall.indexes to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
