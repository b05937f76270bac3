-- What Finish did with the sequences that the loaded columns own, for the report. A new column without a default; locks landfall.loads for a moment.
-- NULL: none was behind, or an earlier version, which did not look
alter table landfall.loads add column sequences jsonb;
