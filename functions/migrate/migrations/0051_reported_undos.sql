-- Whether the report of an undone load says so yet (landfall.undos). A new column without a default; locks landfall.undos for a moment.
alter table landfall.undos
  -- report.json and the page were written once more after the undo had ended; NULL: asked again, it goes on with them
  add column reported_at timestamptz;

-- of those that ended before, nobody asks
update landfall.undos set reported_at = ended_at where (ended_at is not null);
