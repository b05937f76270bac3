import type { OperateVerb } from '../verb.ts';
import { approve } from './approve.ts';
import { backfill } from './backfill.ts';
import { cancel } from './cancel.ts';
import { decline } from './decline.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { pause } from './pause.ts';
import { rejects } from './rejects.ts';
import { release } from './release.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { retryFailed } from './retry-failed.ts';
import { retry } from './retry.ts';
import { status } from './status.ts';
import { undo } from './undo.ts';
import { undoPlan } from './undo-plan.ts';
import { undone } from './undone.ts';

/** Every verb. Listed by hand, so that a bundle holds them; a test compares it with the folder. */
export const operateVerbs: readonly OperateVerb[] = [
  status,
  list,
  explain,
  rejects,
  retry,
  retryFailed,
  replay,
  approve,
  decline,
  undo,
  undoPlan,
  undone,
  history,
  cancel,
  release,
  pause,
  resume,
  backfill,
  doctor,
];
