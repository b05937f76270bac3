-- Rows that a load deletes since its file does not hold them, and loads that are merged in one transaction (landfall.kept_rows). New columns without a default and a new table; locks landfall.batches and landfall.loads for a moment.
alter table landfall.batches
  -- its numbers are places among the rows of the target that the file does not hold, and no records; NULL: records
  add column vanishing boolean;

alter table landfall.loads
  -- one transaction merges all of its batches; NULL: bounded ones do
  add column atomic boolean,
  -- rows that the target had when its gate was asked, of its scope where it has one; NULL: nobody had to count them
  add column rows_before bigint;

-- rows of the target that a load was to delete and that are there still
create table landfall.kept_rows (
  load_id bigint not null,
  batch integer not null,
  -- among the rows that the file does not hold
  place integer not null,
  -- its business key in words, without what is sensitive
  key text not null,
  -- SQLSTATE of what the target said; NULL: it said nothing, and the row is there
  sql_state text,
  -- in words, without a cell
  message text not null,
  primary key (load_id, batch, place)
);

-- whoever writes batches writes kept rows: what was granted before needs no second visit by the owner
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
    execute pg_catalog.format('grant %s on landfall.kept_rows to %s', wanted.privilege_type, wanted.grantee);
  end loop;
end $$;
