-- Lines at the end of an object that are no records, and what else of a slice is none. New columns without a default; locks both tables for a moment.
alter table landfall.loads
  -- of an object that is not decoded: where its records end; NULL: with it
  add column body_end bigint,
  -- the lines behind them as a report shows them, text by text; NULL: none are declared
  add column trailer jsonb;
alter table landfall.slices
  -- { blankRows, repeatedHeaders }: how many of each; NULL: none
  add column skipped jsonb;
