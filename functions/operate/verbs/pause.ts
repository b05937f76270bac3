import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { shellWord } from '../../core/typed-again.ts';
import { maybeOne, one } from '../../db/client.ts';
import { insertPause, type PauseRow, selectPause } from '../../ledger/operations/pauses-sql.ts';
import { second } from '../../words/quantities.ts';
import { demandTarget, pauseOf, pauseSchema, targetSchema } from '../paused-targets.ts';
import { readLeases } from '../running.ts';
import { defineVerb } from '../verb.ts';

/** Nothing more is staged for a target or merged into it until somebody resumes it; its loads wait without a lock. */
export const pause = defineVerb({
  name: 'pause',
  changes: true,
  input: z.strictObject({ target: targetSchema }),
  output: pauseSchema.extend({
    /** It was paused before: nothing was changed. */
    already: z.boolean(),
    /** A load got as far as the merge into it before, or holds it. */
    loaded: z.boolean(),
    /** Of the load that has the table. */
    loadId: z.int().nullable(),
  }),
  async run({ target }, deps, why, by) {
    const { isLoaded } = await demandTarget(target, deps);
    const lease = (await readLeases(deps)).find((held) => held.target === target);
    const inserted = await maybeOne<PauseRow>(deps.db, insertPause({ target, by, why }));
    const row = inserted ?? (await one<PauseRow>(deps.db, selectPause(target)));
    return {
      ...pauseOf(row),
      already: inserted === null,
      loaded: isLoaded || lease !== undefined,
      loadId: lease?.load_id ?? null,
    };
  },
  show({ target, by, since, why, already, loaded, loadId }, { command }) {
    const name = printable(target);
    const said = why === null ? '' : ` (${printable(why)})`;
    const next = `\n  next        ${command(`resume ${shellWord(target)}`)} lets its loads merge again\n`;
    if (already) return `${name} is paused already: by ${printable(by)} since ${second(since)}${said}${next}`;
    if (loadId !== null)
      return `${name} is paused: load ${loadId} stages and merges nothing more once what it is doing has ended, and waits without a lock${next}`;
    const never = loaded ? '' : '; no load has merged into it so far';
    return `${name} is paused: its loads stage and merge nothing more, and wait${never}${next}`;
  },
});
