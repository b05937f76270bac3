-- What a load would change of the rows that are there, cell by column. A new column without a default; locks landfall.loads for a moment.
alter table landfall.loads
  -- { "columns", "samples" } as report.json has it, found before the gate; NULL: the load did not come so far, or was planned by an earlier version
  add column diff jsonb;
