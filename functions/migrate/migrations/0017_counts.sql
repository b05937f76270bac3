-- Counts by disposition, one jsonb a row, beside the columns that have one each. New columns without a default; locks landfall.batches and landfall.loads for a moment.
-- what transform found in the range; NULL: an earlier version planned the batch, its counts are in the planned_ columns
alter table landfall.batches add column planned jsonb;
-- the receipt; NULL until merged, or an earlier version merged the batch
alter table landfall.batches add column counts jsonb;
-- what became of the records, once the load has ended; NULL before, and where an earlier version ended it
alter table landfall.loads add column counts jsonb;
