-- How far sweep's listing of each dataset's prefix has come (landfall.listings). A new table, locks nothing that exists.
create table landfall.listings (
  dataset text not null,
  bucket text not null,
  prefix text not null,
  -- the last key that was looked at; NULL: the next look begins at the beginning
  after_key text,
  began_at timestamptz not null default clock_timestamp(),
  listed_at timestamptz not null default clock_timestamp(),
  -- when a listing came to its end last; NULL: none has
  rounded_at timestamptz,
  primary key (dataset, bucket, prefix)
);
