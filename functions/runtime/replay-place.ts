import type { Load } from '../ledger/loads/load.ts';
import type { WrittenRef } from '../objects/store.ts';
import { type Env, needed } from './env.ts';
import { folderName, reportPlace } from './report-place.ts';

/**
 * Where the records of a replay lie for the steps that load them: on one machine beside the load's report, else in the landing
 * bucket, under a name that is nobody's upload.
 */
export function replayPlace(env: Env, load: Pick<Load, 'dataset' | 'loadId'>): WrittenRef {
  if (env.landing !== null)
    return { bucket: env.landing, key: `.landfall/${folderName(load.dataset)}/${load.loadId}/.replay`, below: null };
  const { bucket, reportKey, below } = reportPlace(needed(env, 'reports'), load);
  return { bucket, key: reportKey.replace(/report\.json$/, 'replay'), below };
}
