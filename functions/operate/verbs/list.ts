import { z } from 'zod';
import { outcomeSchema } from '../../protocol/outcomes.ts';
import { many } from '../../db/client.ts';
import { loadLines, loadLineSchema, loadTable } from '../load-lines.ts';
import { momentOf, momentSchema } from '../moments.ts';
import { readLeases } from '../running.ts';
import { selectLoads, type LoadRow } from '../sql.ts';
import { defineVerb } from '../verb.ts';

const outcomes = [...outcomeSchema.options, 'RUNNING'] as const;

/** Loads by dataset, outcome and time. */
export const list = defineVerb({
  name: 'list',
  changes: false,
  input: z.strictObject({
    dataset: z.string().min(1).nullable().default(null),
    outcome: z
      .enum(outcomes, `there are ${outcomes.join(', ')} (RUNNING: none yet)`)
      .nullable()
      .default(null),
    /** 24h, 7d, or ISO 8601. */
    since: momentSchema.nullable().default(null),
    most: z.int().min(1).max(1_000, 'at most 1000 at once').default(50),
  }),
  output: z.strictObject({ loads: z.array(loadLineSchema), more: z.boolean() }),
  async run({ dataset, outcome, since, most }, deps) {
    const from = since === null ? null : momentOf(since, deps.now());
    // one more than wanted tells whether there are more
    const rows = await many<LoadRow>(deps.db, selectLoads({ dataset, outcome, since: from, most: most + 1 }));
    const loads = await loadLines(rows.slice(0, most), await readLeases(deps), deps);
    return { loads, more: rows.length > most };
  },
  show({ loads, more }, view) {
    if (loads.length === 0) return 'no such loads\n';
    const rest = more ? `and older ones: --limit N shows more, --since and --dataset fewer\n` : '';
    const held = loads.some(({ outcome }) => outcome === 'HELD')
      ? `HELD waits for a yes: ${view.command('explain LOAD')} shows for what\n`
      : '';
    const undone = loads.some(({ undo }) => undo === 'stopped')
      ? `undone in part: ${view.command('undo LOAD')} goes on where it stopped\n`
      : '';
    return `${loadTable(loads, view)}${held}${undone}${rest}`;
  },
});
