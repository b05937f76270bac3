import { seenSignal } from '../signal.ts';
import { type Checkpoints, checkpointsOfServer } from './checkpoints-sql.ts';

/** One may be a backup that begins, or somebody's CHECKPOINT. */
const fromForced = 2;

/** Checkpoints that are forced one after another, since WAL is written faster than max_wal_size allows: each writes all that changed. Of a load that fills a table which nobody uses, that is its own affair. */
export const checkpoints = seenSignal<Checkpoints>({
  name: 'checkpoints',
  expression: (_asked, { countsCheckpoints }) => checkpointsOfServer(countsCheckpoints),
  judge({ requested, warningSeconds }, { asked, atMs, earlier }) {
    const first = earlier.find((each) => each.atMs >= atMs - warningSeconds * 1_000);
    const forced = requested - (first?.seen?.requested ?? requested);
    const figure = `${forced} forced within ${warningSeconds} s (limit ${fromForced - 1}; max_wal_size, checkpoint_warning)`;
    return [
      { signal: 'checkpoints', health: forced >= fromForced && asked.isLive === true ? 'slow' : 'normal', figure },
    ];
  },
});
