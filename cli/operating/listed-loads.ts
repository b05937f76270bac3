import type { Listed } from '../output/forms.ts';

/** The columns of a load in a list, as functions/operate answers them. */
const columns = [
  'loadId',
  'outcome',
  'code',
  'dataset',
  'target',
  'records',
  'rejected',
  'open',
  'inserted',
  'updated',
  'startedAt',
  'endedAt',
  'running',
  'bucket',
  'key',
];

/** A row a load; outcome and end are null of one that has not ended. */
export function listedLoads(answer: unknown): Listed {
  return { columns, rows: (answer as { loads: Listed['rows'] }).loads };
}
