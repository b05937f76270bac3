-- Batches of a table that refers to itself: ranges of one line of the load's records, parents first, instead of records of a slice. New columns without a default; locks landfall.batches for a moment.
alter table landfall.batches
  -- from_record, to_record and merged_through are places in the line; NULL: records of the slice
  add column lined boolean,
  -- merged by one transaction, since its records point to each other in a circle; NULL: in parts
  add column whole boolean;
