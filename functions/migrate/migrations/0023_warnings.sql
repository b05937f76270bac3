-- Records and loads that a rule only warns of, for the report. New columns without a default; locks landfall.slices and landfall.loads for a moment.
-- [{ code, column, rule, records, places }]; NULL: none, or judged by an earlier version
alter table landfall.slices add column warnings jsonb;
-- of the whole load: [{ code, column, rule, message }]; NULL: none
alter table landfall.loads add column warnings jsonb;
