-- Which columns the records of a slice named, of formats without a header. A new column without a default; locks landfall.slices for a moment.
-- places in loads.file_columns, from 0; NULL: the object's header names them, or the slice is not staged
alter table landfall.slices add column named_columns jsonb;
