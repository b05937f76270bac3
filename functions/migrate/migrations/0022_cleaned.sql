-- How many cells each step of cleaning changed, for the report. A new column without a default; locks landfall.slices for a moment.
-- [{ column, step, cells, samples: [{ from, to }] }]; NULL: none, or no step is declared
alter table landfall.slices add column cleaned jsonb;
