import { sql, type Sql } from '../../core/sql.ts';
import type { PlannedLoad } from '../loads/load.ts';
import { stagedMembers } from '../objects/member-load.ts';

/**
 * Where records of a slice that objects share stand in these: lists of one length, of the objects that have records there, in their order.
 */
export interface OwnPlaces {
  /** Records of the slice in front of each one's. */
  readonly before: readonly number[];
  /** An offset in the slice is one in the object and so many more. */
  readonly shifts: readonly number[];
  /** Lines in front of those that hold its records. */
  readonly lines: readonly number[];
  readonly keys: readonly string[];
  /** The store's last change, ISO 8601 of UTC, or when the load was claimed: nobody knows when a stream was changed. */
  readonly modified: readonly string[];
}

/** Of the objects that share a slice; absent where it is of one. */
export function ownPlacesIn(load: PlannedLoad, slice: number): OwnPlaces | undefined {
  const members = stagedMembers(load, slice);
  const some = members.filter(({ staged }) => staged.records > 0);
  if (members.length === 0) return undefined;
  return {
    before: some.map(({ staged }) => staged.before),
    shifts: some.map(({ staged }) => staged.shift),
    lines: some.map(({ load: of }) => of.bodyLine - 1),
    keys: some.map(({ load: of }) => of.object.key),
    modified: some.map(({ load: of }) => of.object.lastModified || of.startedAt.toISOString()),
  };
}

/** The place in the lists of the object that a record is of. @param recordNo inside the slice, from 1. */
export function placeOfObject({ before }: OwnPlaces, recordNo: Sql): Sql {
  return sql`pg_catalog.width_bucket(${recordNo} operator(pg_catalog.-) 1, ${before}::pg_catalog.int4[])`;
}

/** The ordinal of the object that a record is of; NULL: the load has one. @param slice a row of landfall.slices. @param recordNo inside the slice, from 1. */
export function ordinalOfRecord(slice: Sql, recordNo: Sql): Sql {
  return sql`coalesce((
        select sharing.ordinal
        from landfall.objects as sharing
        where (sharing.load_id operator(pg_catalog.=) ${slice}.load_id)
          and (sharing.run operator(pg_catalog.=) ${slice}.slice)
          and (sharing.run_before operator(pg_catalog.<) ${recordNo})
          and (sharing.run_records operator(pg_catalog.>) 0)
        order by sharing.run_before desc
        limit 1
      ), ${slice}.object)`;
}

/** What a list says of the object that a record is of. */
export function saidOfObject(places: OwnPlaces, list: 'before' | 'shifts' | 'lines', recordNo: Sql): Sql {
  return sql`(${places[list]}::pg_catalog.int8[])[${placeOfObject(places, recordNo)}]`;
}
