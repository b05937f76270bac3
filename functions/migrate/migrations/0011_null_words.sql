-- How many cells of text are a word for NULL that nobody declared, for the report. A new column without a default; locks landfall.slices for a moment.
-- { word: cells }; NULL: none, or staged by an earlier version, which did not count them
alter table landfall.slices add column null_words jsonb;
