-- Which reports are deleted since their dataset keeps them no longer. A new column without a default and an index; locks landfall.loads while it is read once.
alter table landfall.loads
  -- NULL: it is where report_path says, or was never written
  add column report_forgotten_at timestamptz;

create index loads_reports on landfall.loads (dataset, ended_at) where (report_path is not null) and (report_forgotten_at is null);
