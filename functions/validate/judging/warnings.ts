import { placesAt } from '../../content/records-at.ts';
import { type Db, execute, many } from '../../db/client.ts';
import { readingOnly } from '../../db/sheltered.ts';
import type { SliceBase } from '../../ledger/rejects/rejects-sql.ts';
import { type SliceWarning, updateWarnings } from '../../ledger/slices/warnings-sql.ts';
import { judgeAround } from './judge.ts';
import { breachingRecords, raisingTable } from './judge-sql.ts';
import type { Judgement } from './judgement.ts';
import type { SliceSource } from './typed-half.ts';
import { selectWarnings } from './warnings-sql.ts';

/**
 * Counts by rule the records that a rule warns of, with the places of the first twenty, into the slice's receipt. Those that a
 * predicate raises on are warned of as well.
 */
export async function countWarnings(
  db: Db,
  base: SliceBase,
  judgement: Judgement,
  source: SliceSource,
  isSheltered: boolean,
): Promise<void> {
  const raising = raisingTable(base.loadId, base.slice, isSheltered);
  const found = await judgeAround(db, judgement, { raising, isSheltered }, async (raised) => {
    const breaching = breachingRecords(judgement, ['record_no', 'byte_offset'], raised);
    if (breaching === null) return [];
    return await readingOnly(db, isSheltered, () =>
      many<SliceWarning>(db, selectWarnings(breaching, judgement.relation, raised)),
    );
  });
  await execute(db, updateWarnings(base, found.length === 0 ? null : await withLines(base, found, source)));
}

/** Their lines are read from the object, in one pass over the slice. */
async function withLines(
  base: SliceBase,
  found: readonly SliceWarning[],
  { content, format, range }: SliceSource,
): Promise<readonly SliceWarning[]> {
  const offsets = found.flatMap(({ places }) => places.map(({ byteOffset }) => byteOffset));
  const own = await placesAt(content, { format, range, startLine: base.baseLine + 1, offsets });
  return found.map((warning) => ({
    ...warning,
    places: warning.places.map((place) => ({
      ...place,
      record: base.baseRecord + place.record,
      ...(own.get(place.byteOffset) ?? { line: null }),
    })),
  }));
}
