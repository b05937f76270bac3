-- What operators did (landfall.operations), and loads.planned gets its right name. A new table; the rename locks landfall.loads for a moment.
create table landfall.operations (
  operation_id bigint generated always as identity primary key,
  verb text not null,
  -- of landfall.loads; no foreign key: what was done stays known when the load is deleted
  load_id bigint,
  target text,
  input jsonb not null,
  -- user@host, or the caller's ARN
  by text not null,
  why text,
  at timestamptz not null default clock_timestamp(),
  -- NULL: it was begun and never ended; { refused } where it was refused, { failed } where it failed
  answer jsonb
);
create index operations_by_load on landfall.operations (load_id) where load_id is not null;

-- the counts that a load would have, as transform saw them; "planned" is what was cut into slices and batches
alter table landfall.loads rename column planned to would_be;
