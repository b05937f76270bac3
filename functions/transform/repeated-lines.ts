import { filledColumns } from '../core/staging.ts';
import { placesAt } from '../content/records-at.ts';
import { withContents } from '../ledger/objects/member-load.ts';
import { execute, idleWhileReadingMs, many, one, transaction, type Db } from '../db/client.ts';
import { formatOf } from '../formats/format-of.ts';
import { assertAttempt, assertEpoch } from '../ledger/loads/attempts.ts';
import type { PlannedLoad } from '../ledger/loads/load.ts';
import { selectSlice, type SliceRow } from '../ledger/slices/slices-sql.ts';
import { selectSlicesWarned, type SliceWarning, updateWarnings } from '../ledger/slices/warnings-sql.ts';
import type { ObjectStore } from '../objects/store.ts';
import { rejectCodes } from '../protocol/reject-codes.ts';

/**
 * Lines of the records that a rule `unique` only warned of: staging knows their offsets, and those slices are read once more, as far as
 * the last of the twenty places that each keeps. One transaction; a second run begins it anew.
 */
export async function placeRepeated(db: Db, load: PlannedLoad, store: ObjectStore): Promise<void> {
  const { loadId } = load;
  if (!filledColumns(load).some(({ graded }) => graded?.warn?.unique === true)) return;
  await transaction(db, { idleTimeoutMs: idleWhileReadingMs }, async () => {
    await assertEpoch(db, load);
    const warned = await many<{ slice: number; warnings: readonly SliceWarning[] }>(
      db,
      selectSlicesWarned(loadId, rejectCodes.NOT_UNIQUE),
    );
    if (warned.length === 0) return;
    await withContents(store, load, async (at) => {
      for (const { slice, warnings } of warned) {
        const row = await one<SliceRow>(db, selectSlice(loadId, slice));
        const { startOffset: start, endOffset: end, baseLine } = row;
        if (start === null || end === null || baseLine === null) throw new Error(`slice ${slice} has no receipt`);
        const isRepeated = ({ code }: SliceWarning): boolean => code === rejectCodes.NOT_UNIQUE;
        const offsets = warnings.filter(isRepeated).flatMap(({ places }) => places.map(({ byteOffset }) => byteOffset));
        const { load: of, content } = await at(row);
        const reading = { format: formatOf(of), range: { start, end }, startLine: baseLine + 1, offsets };
        const own = await placesAt(content, reading);
        const placed = warnings.map((warning) =>
          isRepeated(warning)
            ? {
                ...warning,
                places: warning.places.map((place) => ({ ...place, ...(own.get(place.byteOffset) ?? { line: null }) })),
              }
            : warning,
        );
        await execute(db, updateWarnings({ loadId, slice }, placed));
      }
    });
    await assertAttempt(db, load);
  });
}
