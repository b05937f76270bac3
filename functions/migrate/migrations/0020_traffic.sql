-- How a load behaves towards others that use its target: batches that are merged in parts, how long each took, what was waited for, who paused a target (landfall.waits, landfall.pauses). New columns without a default and new tables; locks landfall.batches and landfall.loads for a moment.
alter table landfall.batches
  -- the first record of the range that is not merged yet, in the end to_record; NULL: none is merged, or an earlier version merged all (merged_at)
  add column merged_through integer,
  -- of each transaction: [{ "at": when it ended, "rows": records, "written": those of them that changed the target, "ms": how long it took }]; NULL: none, or an earlier version merged it
  add column times jsonb;

alter table landfall.loads
  -- counters of the target when the load was planned: what they became since tells whether others use it
  add column first_look jsonb,
  -- { "isLive", "why" }, as it was decided for this attempt; NULL: not yet, or by an earlier version
  add column live jsonb,
  -- settings of memory that its statements were given, and of what they were computed
  add column memory jsonb,
  -- what the governor saw at its last look, a signal each: { "health", "figure" }
  add column signals jsonb;

-- a time in which a load merged nothing, since something stopped it
create table landfall.waits (
  load_id bigint not null,
  begun_at timestamptz not null default clock_timestamp(),
  -- NULL: it waits, or ended while it did
  ended_at timestamptz,
  -- a name of functions/governor/signals
  signal text not null,
  -- what it showed, in words
  figure text not null,
  -- how often it was looked whether the load may go on
  looks integer not null default 1,
  primary key (load_id, begun_at)
);

-- nothing is merged into these until they are resumed
create table landfall.pauses (
  target text primary key,
  paused_at timestamptz not null default clock_timestamp(),
  -- user@host, or the caller's ARN
  by text not null,
  -- as they gave it
  why text
);

-- whoever writes batches writes waits, whoever takes leases writes pauses: what was granted before needs no second visit by the owner
do $$
declare
  wanted record;
begin
  for wanted in
    select like_it.new_table,
      case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type
    from (values ('landfall.batches', 'landfall.waits'), ('landfall.leases', 'landfall.pauses')) as like_it (old_table, new_table)
    join pg_catalog.pg_class as old on (old.oid = like_it.old_table::pg_catalog.regclass)
    cross join lateral pg_catalog.aclexplode(old.relacl) as granted
    where (granted.grantee <> old.relowner)
      and (granted.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
  loop
    execute pg_catalog.format('grant %s on %s to %s', wanted.privilege_type, wanted.new_table, wanted.grantee);
  end loop;
end $$;
