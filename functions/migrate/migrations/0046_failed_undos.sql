-- Which execution undoes a load, and how one ended that did not come to the end of it (landfall.undos). New columns without a default; locks landfall.undos for a moment.
alter table landfall.undos
  -- the newest one that has looked for its turn
  add column execution text,
  -- it ended in an error, ran out of time or was stopped: asked again, the undo goes on. NULL: it has not
  add column failed_at timestamptz,
  add column code text,
  -- in words, without a cell
  add column message text;
