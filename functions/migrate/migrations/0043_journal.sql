-- What rows were before a load wrote them, so that it can be undone (landfall.journal), and what became of that (landfall.undos, landfall.undo_kept). New tables and a new column without a default; locks landfall.loads for a moment.
create table landfall.journal (
  load_id bigint not null,
  -- in the order in which they were written
  chunk bigint generated always as identity,
  batch integer not null,
  -- inserted: the load made these rows. updated, deleted: it wrote them anew, or took them away
  kind text not null check (kind in ('inserted', 'updated', 'deleted')),
  rows integer not null,
  -- the transaction that wrote it: xmin of this row is its number, or that of a part of it, and so is xmin of each row of the target that nobody wrote since
  written_by xid8 not null,
  -- of images: numbers of the table's columns then (pg_attribute.attnum), in their order
  columns smallint[],
  -- of inserted rows: for each column of the key its values as text, in one order
  keys text[],
  -- of the others: the whole row as it was, as PostgreSQL prints a row; each one that would be given where the key is asked
  images text[],
  primary key (load_id, chunk)
);
-- read once, when a load is undone: packing it would cost more than all else
alter table landfall.journal alter column keys set storage external;
alter table landfall.journal alter column images set storage external;

create table landfall.undos (
  load_id bigint primary key,
  -- who asked first, and why
  asked_by text not null,
  why text,
  asked_at timestamptz not null default clock_timestamp(),
  began_at timestamptz,
  ended_at timestamptz,
  -- rows so far that are as they were: given their values back, deleted since the load had made them, made again since it had deleted them
  restored bigint not null default 0,
  removed bigint not null default 0,
  returned bigint not null default 0,
  -- rows that were as before when they were asked
  untouched bigint not null default 0,
  -- rows that stay as they are (landfall.undo_kept)
  kept bigint not null default 0
);

create table landfall.undo_kept (
  load_id bigint not null,
  chunk bigint not null,
  -- among the rows of the chunk, from 1
  place integer not null,
  -- changed: others wrote the row since. deleted: others deleted it. made: others made a row of this key. referenced: rows of other tables refer to it. refused: the target refuses it
  why text not null check (why in ('changed', 'deleted', 'made', 'referenced', 'refused')),
  -- its key in words, without what is sensitive
  key text not null,
  -- SQLSTATE of what the target said; NULL: it was not asked
  sql_state text,
  -- in words, without a cell
  message text not null,
  primary key (load_id, chunk, place)
);

alter table landfall.loads
  -- the load was undone, so its object may be loaded again
  add column undone_at timestamptz,
  -- the journal was given up since its days were over
  add column journal_forgotten_at timestamptz;

-- whoever writes batches writes these: what was granted before needs no second visit by the owner. Who only reads does not read the journal, which has rows of the target
do $$
declare
  wanted record;
begin
  for wanted in
    select case when granted.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) end as grantee,
      granted.privilege_type,
      pg_catalog.bool_or(granted.privilege_type = 'INSERT') over (partition by granted.grantee) as writes
    from pg_catalog.pg_class as batches
    cross join lateral pg_catalog.aclexplode(batches.relacl) as granted
    where (batches.oid = 'landfall.batches'::pg_catalog.regclass)
      and (granted.grantee <> batches.relowner)
      and (granted.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
  loop
    execute pg_catalog.format('grant %s on landfall.undos, landfall.undo_kept to %s', wanted.privilege_type, wanted.grantee);
    if wanted.writes then
      execute pg_catalog.format('grant %s on landfall.journal to %s', wanted.privilege_type, wanted.grantee);
    end if;
  end loop;
end $$;
