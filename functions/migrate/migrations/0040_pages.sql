-- Where a load's report for people lies (report.html). A new column without a default; locks landfall.loads for a moment.
alter table landfall.loads
  -- NULL: none was written, or an earlier version reported the load
  add column page_path text;
