-- Slices that hold a run of whole objects (docs/adr/0092). New columns without a default, and an index that is empty at first; locks landfall.objects, landfall.slices and landfall.loads for a moment.
alter table landfall.objects
  -- the slice that it shares with others; NULL: its slices are its own, or it is not planned
  add column run integer,
  -- what the slice's receipt says of it, all NULL until that is written:
  -- an offset in the slice is one in the object and so many more
  add column run_shift bigint,
  -- records of the slice that stand in objects before it, and its own
  add column run_before integer,
  add column run_records integer;

-- whose a record of such a slice is
create index objects_of_run on landfall.objects (load_id, run, run_before) where (run is not null);

alter table landfall.slices
  -- each line of it is a record, and each record a line; NULL: nobody knows
  add column regular boolean;

alter table landfall.loads
  -- an object that cannot be read is left out, and the others are loaded; NULL: it refuses all, or the load has one
  add column leaves_out boolean;
