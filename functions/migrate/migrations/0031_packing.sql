-- Encodings in which records that are no UTF-8 would be text, for the report. A new column without a default; locks landfall.loads for a moment.
alter table landfall.loads
  -- the likelier first; NULL: no record was no UTF-8, or its encoding is declared
  add column fitting_charsets text[];
