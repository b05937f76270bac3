import { z } from 'zod';
import { printable } from '../../core/printable.ts';
import { maybeOne } from '../../db/client.ts';
import { deletePause, type PauseRow } from '../../ledger/operations/pauses-sql.ts';
import { second } from '../../words/quantities.ts';
import { demandTarget, pauseOf, pauseSchema, targetSchema } from '../paused-targets.ts';
import { readLeases } from '../running.ts';
import { defineVerb } from '../verb.ts';

/** Ends what `pause` began. */
export const resume = defineVerb({
  name: 'resume',
  changes: true,
  input: z.strictObject({ target: targetSchema }),
  output: z.strictObject({
    target: z.string(),
    /** Null: it was not paused, and nothing was changed. */
    was: pauseSchema.omit({ target: true }).nullable(),
    /** Of the load that has the table. */
    loadId: z.int().nullable(),
  }),
  async run({ target }, deps) {
    const ended = await maybeOne<PauseRow>(deps.db, deletePause(target));
    if (ended === null) {
      await demandTarget(target, deps);
      return { target, was: null, loadId: null };
    }
    const lease = (await readLeases(deps)).find((held) => held.target === target);
    const { target: _target, ...was } = pauseOf(ended);
    return { target, was, loadId: lease?.load_id ?? null };
  },
  show({ target, was, loadId }, { command }) {
    const name = printable(target);
    if (was === null) return `${name} is not paused: nothing to resume\n`;
    const ended = `${name} is resumed; it was paused by ${printable(was.by)} at ${second(was.since)}`;
    if (loadId === null) return `${ended}\n`;
    return `${ended}. Load ${loadId} goes on with its next look: soon after a short pause, within 10 minutes after a long one\n  next        ${command(`explain ${loadId}`)} shows how far it is\n`;
  },
});
