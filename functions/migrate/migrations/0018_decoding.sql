-- How the object of a load is packed, and how many bytes it unpacks to, since its slices are bytes of that. New columns without a default; locks landfall.loads for a moment.
alter table landfall.loads
  -- gzip; NULL: not packed, or not planned yet
  add column decoding text,
  -- of a packed object, once it was unpacked to its end: its bytes, and the zeros that follow the packed ones
  add column decoded_bytes bigint,
  add column padding_bytes bigint;
