-- How many rejects staging knows of already, so that a load which has too many ends there. A new column without a default; locks landfall.slices for a moment.
-- raw records with a structural fault: rejects, whatever the table says. NULL: staged by an earlier version, which did not count them
alter table landfall.slices add column unsound_records integer;
