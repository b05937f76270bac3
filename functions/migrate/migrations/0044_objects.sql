-- Objects of a load that has several (landfall.objects). A new table, its index and new columns without a default; locks landfall.loads and landfall.slices for a moment.
create table landfall.objects (
  load_id bigint not null references landfall.loads on delete cascade,
  -- their order, from 1: of a key that several bring, the last one wins as the last record of one object does
  ordinal integer not null,
  bucket text not null,
  key text not null,
  version_id text not null,
  etag text,
  size bigint not null,
  -- the store's last change
  object_modified timestamptz,
  -- the load that had loaded this version before, so that it is left out; NULL: what becomes of the load becomes of the object
  loaded_by bigint,
  -- what PlanSlices found in it, as landfall.loads has it of a load of one object; NULL until then, and of one that is left out
  decoding text,
  decoded_bytes bigint,
  body_end bigint,
  body_offset bigint,
  body_line integer,
  line_end text,
  -- NULL: records name their columns, and landfall.loads has those of all
  file_columns jsonb,
  primary key (load_id, ordinal)
);

create index objects_of_key on landfall.objects (bucket, key);

alter table landfall.loads
  -- how many objects it has; NULL: one, which stands here
  add column objects integer;

alter table landfall.slices
  -- the ordinal of the object whose bytes it is; NULL: the load has one
  add column object integer;

-- whoever writes slices writes objects: what was granted before needs no second visit by the owner
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
    execute pg_catalog.format('grant %s on landfall.objects to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
