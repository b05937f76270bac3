-- Windows and set starts that are long over are found and deleted by the sweep (docs/adr/0090). A new column without a default, two indexes; locks landfall.set_starts for a moment, and writers of landfall.windows while its index is built.
alter table landfall.set_starts
  -- when the sweep saw last that its object still lies there; NULL: it has not looked
  add column looked_at timestamptz;

create index windows_loaded on landfall.windows (closes_at) where (load_id is not null);
create index set_starts_loaded on landfall.set_starts (seen_at) where (load_id is not null);
