-- Records that a rule only warns of, by rule, for the report. A new column without a default; locks landfall.slices for a moment.
-- [{ code, column, rule, records, places }]; NULL: none, or judged by an earlier version
alter table landfall.slices add column warnings jsonb;
