-- How many moments without an offset a slice has, for the report. A new column without a default; locks landfall.slices for a moment.
-- NULL: staged by an earlier version, which did not count them
alter table landfall.slices add column zoneless_cells bigint;
