-- Tombstones are found by their load, so that those of a dataset are forgotten after its days (landfall.tombstones). A new index, locks writes of tombstones while it is built.
create index tombstones_by_load on landfall.tombstones (load_id);
