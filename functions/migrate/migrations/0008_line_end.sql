-- How the lines of each load's object end, as PlanSlices found its header: lf or cr. A new nullable column: locks landfall.loads for a moment.
alter table landfall.loads add column line_end text;
