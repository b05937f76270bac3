-- Which failures people were told of, so that many of one cause are one message (landfall.told_failures). A new table, locks nothing that exists.
create table landfall.told_failures (
  -- what many failures have in common: a code, or a code and what it is about
  cause text not null,
  -- the load's number, or the execution that had not claimed one
  about text not null,
  load_id bigint,
  failed_at timestamptz not null default clock_timestamp(),
  -- NULL: gathered, for the sweep to tell
  told_at timestamptz,
  primary key (cause, about)
);
