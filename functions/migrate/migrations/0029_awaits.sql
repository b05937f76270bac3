-- Rejects of a load that wait for their parents: for which tables and until when; and which declined loads have no report of that yet. New columns without a default and two small indexes; locks landfall.loads while it is read twice.
alter table landfall.loads
  -- tables of the parents, as landfall.loads.target names them; NULL: nothing of the load waits
  add column awaits text[],
  -- until then what waits is replayed once a load wrote into one of them
  add column awaits_until timestamptz;

create index loads_awaiting on landfall.loads (load_id) where (awaits is not null);
create index loads_declined on landfall.loads (load_id) where (code = 'DECLINED') and (report_path is null);
