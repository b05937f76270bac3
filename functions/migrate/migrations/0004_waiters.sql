-- Who waits for a table (landfall.waiters), and what a load overtook. A new table and a nullable column; the index locks landfall.loads against writing while it is built: seconds for a million loads.
create table landfall.waiters (
  load_id bigint not null references landfall.loads on delete cascade,
  -- two executions may wait with one load
  execution text not null,
  -- of the load; who wants the table reads these rows only
  target text not null,
  -- { pid, startedAt, host } of the command that runs an embedded load: where it is known to be dead, it waits no longer
  owner jsonb,
  -- looks at the lease so far: each costs history events of the execution
  looks integer not null default 1,
  -- the sign of life: each look renews it
  seen_at timestamptz not null default clock_timestamp(),
  primary key (load_id, execution)
);
create index waiters_by_target on landfall.waiters (target);

-- whoever takes leases waits for them too: a loader that was granted the one needs no second visit by the owner
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
    execute pg_catalog.format('grant %s on landfall.waiters to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;

-- loads of newer objects that were merged before this one, the newest first: [{ loadId, bucket, key, lastModified }]
alter table landfall.loads add column overtook jsonb;

-- what was merged into a table, by the age of its object
create index loads_merged on landfall.loads (target, object_modified) where (gated_at is not null);
