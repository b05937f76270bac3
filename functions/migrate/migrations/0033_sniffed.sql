-- How an object's bytes are told apart where the dataset does not say it: what was found at its beginning when it was planned, so that a retry reads alike. A new column without a default; locks landfall.loads for a moment.
alter table landfall.loads
  -- { format, fields, share }: the format as it is read, the fields that nobody declared, the share of the sampled records that fit it; NULL: all is as declared
  add column sniffed jsonb;
