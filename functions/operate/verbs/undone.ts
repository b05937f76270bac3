import { z } from 'zod';
import { many, maybeOne } from '../../db/client.ts';
import { printable } from '../../core/printable.ts';
import { count, plural, second } from '../../words/quantities.ts';
import { findLoad } from '../../ledger/loads/load.ts';
import { selectLoad } from '../../ledger/loads/loads-sql.ts';
import { undoCountsSchema } from '../../protocol/undo/undone.ts';
import type { WhyKept } from '../../ledger/undos/journalled-sql.ts';
import {
  countUndoKept,
  selectUndo,
  selectUndoKept,
  type UndoKeptRow,
  type UndoRow,
} from '../../ledger/undos/undos-sql.ts';
import { noSuchLoad, OperationRefused } from '../errors.ts';
import { defineVerb, loadIdSchema } from '../verb.ts';

const whys = ['changed', 'deleted', 'made', 'referenced', 'refused'] as const satisfies readonly WhyKept[];

/** Of rows that stay: how many, by why. */
export const keptBySchema = z.partialRecord(z.enum(whys), z.int());

const words: Readonly<Record<WhyKept, string>> = {
  changed: 'others wrote since',
  deleted: 'others deleted since',
  made: 'others made anew since',
  referenced: 'rows refer to',
  refused: 'the table refuses',
};

/** `: 3 others wrote since, 1 rows refer to`, or nothing. */
export function keptWords(keptBy: z.output<typeof keptBySchema>): string {
  const each = whys.flatMap((why) => (keptBy[why] === undefined ? [] : [`${count(keptBy[why])} ${words[why]}`]));
  return each.length === 0 ? '' : `: ${each.join(', ')}`;
}

/** What became of an undo so far, and the rows that stay as they are. */
export const undone = defineVerb({
  name: 'undone',
  changes: false,
  input: z.strictObject({ loadId: loadIdSchema, most: z.int().min(0).default(20) }),
  output: z.strictObject({
    loadId: z.int(),
    askedBy: z.string(),
    askedAt: z.string(),
    /** Null: it has not ended. */
    endedAt: z.string().nullable(),
    ...undoCountsSchema.shape,
    keptBy: keptBySchema,
    rows: z.array(
      z.strictObject({
        why: z.enum(whys),
        /** In words, without what is sensitive. */
        key: z.string(),
        sqlState: z.string().nullable(),
        message: z.string(),
      }),
    ),
  }),
  async run({ loadId, most }, { db }) {
    if ((await findLoad(db, selectLoad(loadId))) === null) throw new OperationRefused(noSuchLoad(loadId));
    const found = await maybeOne<UndoRow>(db, selectUndo(loadId));
    if (found === null)
      throw new OperationRefused(
        `nobody asked to undo load ${loadId}: landfall undo ${loadId} --dry-run says what that would do`,
      );
    const by = await many<{ why: WhyKept; rows: number }>(db, countUndoKept(loadId));
    const rows = most === 0 ? [] : await many<UndoKeptRow>(db, selectUndoKept(loadId, most));
    const { restored, removed, returned, untouched, kept } = found;
    return {
      loadId,
      askedBy: found.asked_by,
      askedAt: found.asked_at.toISOString(),
      endedAt: found.ended_at?.toISOString() ?? null,
      ...{ restored, removed, returned, untouched, kept },
      keptBy: Object.fromEntries(by.map(({ why, rows: number }) => [why, number])),
      rows: rows.map(({ why, key, sql_state: sqlState, message }) => ({ why, key, sqlState, message })),
    };
  },
  show({ loadId, endedAt, askedBy, restored, removed, returned, untouched, kept, keptBy, rows }, { command }) {
    const state = endedAt === null ? 'is not undone yet, or its undo broke off' : `was undone at ${second(endedAt)}`;
    const next =
      endedAt === null
        ? `${command(`undo ${loadId}`)} goes on where it stopped`
        : 'the same file may be loaded again, without --force';
    return [
      `load ${loadId} ${state} (${printable(askedBy)}): ${plural(restored + removed + returned, 'row')} as before\n`,
      `  restored    ${count(restored)} have their values from before again\n`,
      `  removed     ${count(removed)} that it inserted are gone\n`,
      `  returned    ${count(returned)} that it deleted are back\n`,
      ...(untouched === 0 ? [] : [`  as before   ${count(untouched)} were already\n`]),
      `  kept        ${count(kept)} stay as they are${keptWords(keptBy)}\n`,
      ...rows.map(
        ({ why, key, message }) => `    ${why.padEnd(10)} ${printable(key, 120)}  ${printable(message, 200)}\n`,
      ),
      ...(rows.length === 0 || rows.length === kept ? [] : [`    and ${count(kept - rows.length)} more\n`]),
      `  next        ${next}\n`,
    ].join('');
  },
});
