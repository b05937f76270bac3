import { z } from 'zod';
import { many, transaction } from '../../db/client.ts';
import { count, plural } from '../../words/quantities.ts';
import { countWouldBe, type JournalKind, type WhyKept } from '../../ledger/undos/journalled-sql.ts';
import { selectJournalled } from '../../ledger/undos/undos-sql.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';
import { readUndoable } from './undo.ts';
import { undoCountsSchema } from '../../protocol/undo/undone.ts';
import { keptBySchema, keptWords } from './undone.ts';

const doneAs: Readonly<Record<JournalKind, 'restored' | 'removed' | 'returned'>> = {
  updated: 'restored',
  inserted: 'removed',
  deleted: 'returned',
};

/** What an undo would do, as the table is now: nothing is locked or written. What only the table itself can refuse is not among it. */
export const undoPlan = defineVerb({
  name: 'undo-plan',
  changes: false,
  input: z.strictObject({ loadId: loadIdSchema }),
  output: z.strictObject({ loadId: z.int(), ...undoCountsSchema.shape, keptBy: keptBySchema }),
  async run({ loadId }, deps) {
    const { target } = await readUndoable(loadId, deps);
    const counts = { restored: 0, removed: 0, returned: 0, untouched: 0, kept: 0 };
    const keptBy: Partial<Record<WhyKept, number>> = {};
    await transaction(deps.db, { lockTimeoutMs: 30_000 }, async () => {
      const kinds = await many<{ kind: JournalKind; rows: number }>(deps.db, selectJournalled(loadId));
      for (const { kind } of kinds) {
        const range = { loadId, kind, chunk: null, from: 1, to: 2 ** 31 };
        const would = await many<{ why: WhyKept | 'untouched' | null; rows: number }>(
          deps.db,
          countWouldBe(target, range),
        );
        for (const { why, rows } of would) {
          if (why === null) counts[doneAs[kind]] += rows;
          else if (why === 'untouched') counts.untouched += rows;
          else {
            counts.kept += rows;
            keptBy[why] = (keptBy[why] ?? 0) + rows;
          }
        }
      }
    });
    return { loadId, ...counts, keptBy };
  },
  show({ loadId, restored, removed, returned, untouched, kept, keptBy }, { command }) {
    return [
      `an undo of load ${loadId} would change ${plural(restored + removed + returned, 'row')}\n`,
      `  restored    ${count(restored)} would have their values from before again\n`,
      `  removed     ${count(removed)} that it inserted would go\n`,
      `  returned    ${count(returned)} that it deleted would come back\n`,
      ...(untouched === 0 ? [] : [`  as before   ${count(untouched)} are already\n`]),
      `  kept        ${count(kept)} would stay as they are${keptWords(keptBy)}\n`,
      `  next        ${command(`undo ${loadId}`)} does it\n`,
    ].join('');
  },
});
