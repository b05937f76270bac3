import type { Status } from '../../functions/operate/verbs/status.ts';

/** What `status` answers where nothing was ever loaded, or no server runs. */
export const nothingYet: Status = {
  database: null,
  loads: [],
  leases: [],
  waiting: [],
  paused: [],
  missingIndexes: [],
  merging: [],
  running: [],
  awaiting: [],
  openRejects: { loads: 0, records: 0, newest: [] },
};
