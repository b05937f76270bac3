-- Tombstones are found by their load, so that those of a dataset are forgotten after the days that it keeps them. Locks landfall.tombstones against writes while its index is built.
create index tombstones_by_load on landfall.tombstones (load_id);
