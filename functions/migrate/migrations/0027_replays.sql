-- The way back of rejected records: which load took a reject's place (landfall.rejects), what a replay is made of and how many rejects are closed (landfall.loads), and which rows were there when a load passed its gate. New columns without a default; locks landfall.rejects and landfall.loads for a moment.
alter table landfall.rejects
  -- the load that took the record's place; of a replay's own rejects the load under which they stay open. NULL: open
  add column closed_by bigint,
  add column closed_at timestamptz,
  -- of a replay's own rejects: record number and line under that load
  add column open_as bigint,
  add column open_line bigint,
  -- the newest replay that took the record, the record's number there, and whether it took the bytes that are kept here
  add column replayed_by bigint,
  add column replayed_as bigint,
  add column replayed_whole boolean;

alter table landfall.loads
  -- of a replay: { "object": what its records are read from, "records", "left": why others were left out, by word }; NULL: none, or not planned
  add column replay jsonb,
  -- rejects whose place another load took; NULL: none
  add column closed_rejects bigint,
  -- every transaction below it had ended when the load passed its gate; NULL: not passed, or an earlier version passed it
  add column gated_below xid8;
