import type { Signal } from '../signal.ts';
import { paused } from './paused.ts';
import { replication } from './replication.ts';

/** All that is looked at, in the order in which a reason to stop is told. */
export const signals: readonly Signal[] = [paused, replication];
