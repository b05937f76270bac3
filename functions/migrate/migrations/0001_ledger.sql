-- The ledger: loads, slices, batches, rejects and leases, and the schema of the staging tables. New objects only, locks nothing that exists.
create schema landfall;
create schema landfall_staging;

create table landfall.migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default clock_timestamp()
);

create table landfall.loads (
  load_id bigint generated always as identity primary key,
  dataset text not null,
  -- schema.table as the request named it: known even where no such table exists
  target text not null,
  bucket text not null,
  key text not null,
  version_id text not null,
  -- a new one after DRY_RUN, REJECTED, SUPERSEDED, or when forced
  generation integer not null,
  etag text,
  size bigint not null,
  sequencer text,
  -- orders versions of one key where no sequencer does
  object_modified timestamptz,
  request jsonb not null,
  contract jsonb,
  contract_hash text,
  -- fences out older attempts: every transaction of a step names the attempt it belongs to
  attempt integer not null default 0,
  execution text,
  -- the file's columns, in file order: [{ header, column }]
  file_columns jsonb,
  -- first byte after the header
  body_offset bigint,
  -- first line after the header, from 1
  body_line integer,
  epoch uuid,
  outcome text check (outcome in ('LOADED', 'ALREADY_LOADED', 'DRY_RUN', 'HELD', 'REJECTED', 'SUPERSEDED', 'IGNORED', 'FAILED')),
  -- why a load was refused or failed; set before the outcome
  code text,
  message text,
  records bigint not null default 0,
  rejected bigint not null default 0,
  duplicate bigint not null default 0,
  inserted bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  stale bigint not null default 0,
  deleted bigint not null default 0,
  rejects_by_code jsonb not null default '[]',
  -- the counts as transform saw them, before anything was merged
  planned jsonb,
  lanes integer,
  started_at timestamptz not null default clock_timestamp(),
  attempt_started_at timestamptz,
  planned_at timestamptz,
  composed_at timestamptz,
  validated_at timestamptz,
  -- the gate was passed: rejects, duplicates and batches stand from here on
  gated_at timestamptz,
  -- the staging epoch that the verdicts were computed in
  gated_epoch uuid,
  ended_at timestamptz,
  reported_at timestamptz,
  report_path text,
  rejects_path text,
  unique (dataset, bucket, key, version_id, generation)
);
create index loads_by_object on landfall.loads (bucket, key);
create index loads_running on landfall.loads (load_id) where outcome is null;

create table landfall.slices (
  load_id bigint not null references landfall.loads on delete cascade,
  slice integer not null,
  -- the slice owns the records that start in [range_start, range_end)
  range_start bigint not null,
  range_end bigint not null,
  -- the receipt: all NULL until staged
  attempt integer,
  epoch uuid,
  -- where its first record starts and where its last one ends; NULL: no record starts in the range
  start_offset bigint,
  end_offset bigint,
  -- the start was given, not guessed
  start_known boolean,
  records integer,
  typed_records integer,
  raw_records integer,
  blank_lines integer,
  lines integer,
  -- a quote still open at the object's end: where it opened; line counts from 1 inside the slice
  open_quote_offset bigint,
  open_quote_line integer,
  -- the guess led nowhere: nothing was staged
  guess_failed boolean not null default false,
  started_at timestamptz,
  staged_at timestamptz,
  -- what Compose found: records and lines of the load before this slice
  base_record bigint,
  base_line bigint,
  validated_epoch uuid,
  rejected integer not null default 0,
  rule_counts jsonb not null default '[]',
  default_disposition "char",
  primary key (load_id, slice)
);

create table landfall.batches (
  load_id bigint not null references landfall.loads on delete cascade,
  batch integer not null,
  slice integer not null,
  -- record numbers inside the slice, [from_record, to_record)
  from_record integer not null,
  to_record integer not null,
  -- what transform found in the range; rejected and duplicate are in landfall.rejects
  planned_new integer not null,
  planned_changed integer not null,
  planned_unchanged integer not null,
  planned_stale integer not null,
  -- the receipt: all NULL until merged, in the transaction that wrote the target
  attempt integer,
  inserted integer,
  updated integer,
  unchanged integer,
  stale integer,
  -- rows that only the target itself could refuse (triggers, other unique indexes)
  rejected integer,
  rule_counts jsonb not null default '[]',
  merged_at timestamptz,
  primary key (load_id, batch)
);

create table landfall.rejects (
  -- of landfall.loads; no foreign key, whose check costs more than the rest of the insert
  load_id bigint not null,
  -- counts from 1 over the whole load
  record_no bigint not null,
  line bigint,
  byte_offset bigint not null,
  byte_length bigint,
  kind text not null check (kind in ('reject', 'duplicate')),
  -- the record's own bytes without its line end, up to maxRawBytes; duplicates keep none
  raw bytea,
  -- [{ code, column, value, message }]
  reasons jsonb not null,
  primary key (load_id, record_no)
);

create table landfall.leases (
  target text primary key,
  load_id bigint not null references landfall.loads on delete cascade,
  attempt integer not null,
  execution text not null,
  -- the token: load and attempt; every transaction that writes the target compares it
  token text not null,
  -- { pid, startedAt, host } of the command that runs an embedded load: a dead owner is replaced at once
  owner jsonb,
  acquired_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

-- one row a load while its staging is whole; UNLOGGED like the staging, so a crash of the server empties both
create unlogged table landfall_staging.epochs (
  load_id bigint primary key,
  epoch uuid not null
);
