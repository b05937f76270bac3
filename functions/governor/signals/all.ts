import type { Signal } from '../signal.ts';
import { archive } from './archive.ts';
import { aurora } from './aurora.ts';
import { checkpoints } from './checkpoints.ts';
import { locks } from './locks.ts';
import { paused } from './paused.ts';
import { replication } from './replication.ts';
import { slots } from './slots.ts';
import { throttleQuery } from './throttle-query.ts';
import { vacuum } from './vacuum.ts';

/** All that is looked at, in the order in which a reason to stop is told. */
export const signals: readonly Signal[] = [
  paused,
  locks,
  replication,
  aurora,
  slots,
  archive,
  vacuum,
  throttleQuery,
  checkpoints,
];
