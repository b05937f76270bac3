import { many, type Db } from '../../db/client.ts';
import { preferIndexOrder } from '../../db/settings.ts';
import { formatOf } from '../../formats/format-of.ts';
import { selectPlacesOfReason, selectTopReasons, type TopReason } from './top-reasons-sql.ts';
import type { PlannedLoad } from '../loads/load.ts';
import { keyOf, objectsOfRecords } from '../objects/objects-of-records.ts';
import { plural } from '../../words/quantities.ts';

const reasonsShown = 3;
const placesShown = 3;

/**
 * The reasons that most rejects have, one a line, each with the places of its first records: `NOT_NULL of amount, 12 records:
 * line 3, line 8 and line 9`. Holds no cell, so that it may be said wherever the code of the refusal may.
 */
export async function topReasonLines(db: Db, load: PlannedLoad): Promise<readonly string[]> {
  const { place } = formatOf(load);
  const at = await objectsOfRecords(db, load);
  const lines: string[] = [];
  const reasons = await many<TopReason>(db, selectTopReasons(load.loadId, reasonsShown));
  if (reasons.length > 0) await preferIndexOrder(db);
  for (const reason of reasons) {
    const found = await many<{ record_no: number; line: number | null; byte_offset: number }>(
      db,
      selectPlacesOfReason(load.loadId, reason, placesShown),
    );
    const places = found.map(({ record_no: recordNo, line, byte_offset: byteOffset }) => {
      const key = keyOf(load, at(recordNo));
      const object = key === null ? '' : `${key.slice(key.lastIndexOf('/') + 1)}, `;
      return `${object}${line === null ? `byte ${byteOffset}` : place({ line, byteOffset })}`;
    });
    lines.push(`  ${nameOf(reason)}, ${plural(reason.rejects, 'record')}: ${listed(places)}`);
  }
  return lines;
}

function nameOf({ code, column }: TopReason): string {
  return column === null ? code : `${code} of ${column}`;
}

function listed(places: readonly string[]): string {
  return places.length < 2
    ? (places[0] ?? 'no place is known')
    : `${places.slice(0, -1).join(', ')} and ${places.at(-1)}`;
}
