import { many, type Db } from '../../db/client.ts';
import type { Load } from '../loads/load.ts';
import { selectSlices, type SliceRow } from '../slices/slices-sql.ts';
import { membersOfRun } from './member-load.ts';
import { asMember, type Member, readMembers } from './members.ts';

/** Whose a record is, by its number in the load: the load as it is that one object's, with its key, its columns and its places. */
export type ObjectOfRecord = (recordNo: number) => Load;

/** A load as it is each of its objects', by their ordinals. */
function viewsOf(load: Load, members: readonly Member[]): ReadonlyMap<number, Load> {
  return new Map(
    members.map(({ ordinal, object, plan }) => [
      ordinal,
      plan === null ? { ...load, object } : asMember(load, object, plan),
    ]),
  );
}

/** The load as it is the object's of this key; the load itself where it has one object, or none of this key. */
export async function objectOfKey(db: Db, load: Load, key: string): Promise<Load> {
  if (load.objectCount === null) return load;
  const members = await readMembers(db, load.loadId, load.contract);
  return [...viewsOf(load, members).values()].find(({ object }) => object.key === key) ?? load;
}

/** Of a load of one object the load itself. Of several asked once, however many records there are. */
export async function objectsOfRecords(db: Db, load: Load): Promise<ObjectOfRecord> {
  if (load.objectCount === null) return () => load;
  const members = await readMembers(db, load.loadId, load.contract);
  const views = viewsOf(load, members);
  const slices = await many<SliceRow>(db, selectSlices(load.loadId));
  const bases = slices.flatMap((slice) => basesIn(slice, members));
  return (recordNo) => {
    let [from, to] = [0, bases.length];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if ((bases[middle]?.before ?? 0) < recordNo) from = middle + 1;
      else to = middle;
    }
    return views.get(bases[from - 1]?.ordinal ?? 0) ?? load;
  };
}

/** Objects that have records in the slice, and records of the load before those. */
function basesIn(
  { slice, baseRecord, records, object }: SliceRow,
  members: readonly Member[],
): readonly { readonly before: number; readonly ordinal: number | null }[] {
  if (baseRecord === null || (records ?? 0) === 0) return [];
  const run = membersOfRun({ members }, slice);
  if (run.length === 0) return [{ before: baseRecord, ordinal: object }];
  return run.flatMap(({ ordinal, plan }) => {
    const staged = plan?.inRun?.staged ?? null;
    return staged === null || staged.records === 0 ? [] : [{ before: baseRecord + staged.before, ordinal }];
  });
}

/** The key of the object that a record is of; null: the load has one object. */
export function keyOf(load: Load, of: Load): string | null {
  return load.objectCount === null ? null : of.object.key;
}
