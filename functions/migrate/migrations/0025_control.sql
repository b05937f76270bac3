-- Control totals: what the source says of an object, what was counted of it, and what was written of it. New columns without a default; locks landfall.loads and landfall.batches for a moment.
alter table landfall.loads
  -- [{ "from", "records", "sums", "sha256", "md5" }]: who says what; NULL: nobody says anything
  add column control jsonb,
  -- { "sha256", "md5" } of the object's bytes, those that are asked for; NULL: none
  add column digests jsonb,
  -- what Transform counted in staging: functions/core/control/totals.ts, Figures; NULL: nothing was asked for
  add column figures jsonb;

alter table landfall.batches
  -- of each transaction, by column with a sum: [{ "column", "staging", "table" }]; NULL: nothing was asked for
  add column figures jsonb;
