-- How many rejects staging knows of already, so that a load which has too many ends there, and how many bytes of rejects are kept (limits.maxKeptBytes). New columns without a default; locks landfall.slices and landfall.batches for a moment.
-- NULL: written by an earlier version, which did not count them
alter table landfall.slices
  -- raw records with a structural fault: rejects, whatever the table says
  add column unsound_records integer,
  -- of its rejects: bytes in landfall.rejects.raw, and records that have none there, because the load has too many
  add column kept_bytes bigint,
  add column unkept_records integer;

alter table landfall.batches
  -- of the records that the target itself refused; of a dry run the first batch has those of all
  add column kept_bytes bigint,
  add column unkept_records integer;
