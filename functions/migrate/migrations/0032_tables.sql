-- What decoders say of what they read. A new column without a default; locks the table for a moment.
alter table landfall.loads
  -- texts for a person, without values of the object; NULL: none
  add column decoding_notes jsonb;
