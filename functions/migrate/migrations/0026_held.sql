-- Loads that wait for a person's yes. New columns without a default and a small index; locks landfall.loads while it is read once.
alter table landfall.loads
  -- what a person is asked: { "attempt", "counts", "hash", "fingerprint", "codes", "moved" }, of the gate that asked last; NULL: none did
  add column held jsonb,
  -- then the sweep declines it
  add column held_until timestamptz,
  -- who said yes, and when; NULL: nobody, or the yes was used up by a gate that asks again
  add column approved_by text,
  add column approved_at timestamptz,
  -- when people were told that it waits; NULL: not yet
  add column held_told_at timestamptz;

create index loads_held on landfall.loads (load_id) where (outcome = 'HELD');
