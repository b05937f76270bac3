import { isDeepStrictEqual } from 'node:util';
import { packingInName } from '../../core/decoding/packed-name.ts';
import { count } from '../../words/quantities.ts';
import { SLICE_BYTES } from '../../compile/declaration/limits.ts';
import { entersAnywhere } from '../../decoding/steps.ts';
import type { Member } from '../../ledger/objects/members.ts';
import type { PlannedSlice } from '../../ledger/slices/slices-sql.ts';
import { beyondAnyEnd } from '../../objects/store.ts';
import { LoadRejected } from '../../protocol/errors.ts';
import { maxSlices } from '../slice-ranges.ts';
import type { ObjectPlan } from './plan-object.ts';

/** An object of a load that has several, and how it is read. */
export interface PlannedMember {
  readonly member: Member;
  readonly plan: ObjectPlan;
}

/** Slices of a load of several objects, and which objects share one. */
export interface CutObjects {
  readonly slices: readonly PlannedSlice[];
  /** By ordinal the slice that an object shares with others. */
  readonly runs: ReadonlyMap<number, number>;
}

/**
 * Objects that share a slice at most: each costs a request to the store, of some 30 ms, eight of which are under way at once. 500 are some
 * 2 s then, and what is staged again where a call is lost.
 */
const mostInRun = 500;

/** A packed table is so many times as long, or less. */
const timesUnpacked = 10;

/** Up to so many objects have a slice each, whatever they are; of more the small ones have to share. */
const apartAtMost = 900;

/**
 * Bytes of a slice at least, so that there are few enough. As many as are left of the 1,000 are for what is larger than one; where there are more
 * objects than that, for those and for slices that objects share: of two neighbours that do not fit into one, half a slice each at least.
 */
export function leastSliceBytes(members: readonly Member[]): number {
  const bytes = members.reduce((sum, member) => sum + sizeOf(member, isPackedByName(member)), 0);
  return members.length <= apartAtMost
    ? Math.ceil(bytes / Math.max(1, maxSlices - members.length))
    : Math.ceil((6 * bytes) / maxSlices);
}

/**
 * Small objects that follow each other share a slice, where they are read in the same way; a larger one has slices of its own.
 * @param most bytes of a slice; those of packed objects are estimated.
 * @throws {LoadRejected} SET_INVALID where they are too many slices
 */
export function cutObjects(planned: readonly PlannedMember[], wishedBytes: number | undefined): CutObjects {
  const most = wishedBytes ?? SLICE_BYTES;
  const slices: PlannedSlice[] = [];
  const runs = new Map<number, number>();
  for (const group of grouped(planned, most)) {
    const [first] = group;
    if (first === undefined) continue;
    const slice = slices.length;
    if (group.length === 1) {
      slices.push(...ownSlices(first, slice));
      continue;
    }
    const { bodyOffset: rangeStart } = first.plan;
    slices.push({ slice, rangeStart, rangeEnd: rangeStart + beyondAnyEnd, object: first.member.ordinal });
    for (const { member } of group) runs.set(member.ordinal, slice);
  }
  if (slices.length > maxSlices) throw new LoadRejected('SET_INVALID', tooManySlices(planned.length, slices.length));
  return { slices, runs };
}

function tooManySlices(objects: number, slices: number): string {
  return `${count(objects)} objects are cut into ${count(slices)} slices, and a load has ${count(maxSlices)}: objects share a slice where neighbours have their columns in one order and are packed alike. Load them in several parts, those of one kind together`;
}

/** Neighbours that share a slice; what shares none is by itself. */
function grouped(planned: readonly PlannedMember[], most: number): readonly (readonly PlannedMember[])[] {
  const groups: PlannedMember[][] = [];
  let bytes = 0;
  for (const each of planned) {
    const own = sizeOf(each.member, !entersAnywhere(each.plan.decoding));
    const open = groups.at(-1);
    const [first] = open ?? [];
    if (
      open !== undefined &&
      first !== undefined &&
      open.length < mostInRun &&
      bytes + own <= most &&
      isReadAlike(first.plan, each.plan)
    ) {
      open.push(each);
      bytes += own;
    } else {
      groups.push([each]);
      bytes = own;
    }
  }
  return groups;
}

/** One scanner's words, one COPY's columns. */
function isReadAlike(one: ObjectPlan, other: ObjectPlan): boolean {
  return (
    one.lineEnd === other.lineEnd &&
    isDeepStrictEqual(kindsOf(one), kindsOf(other)) &&
    isDeepStrictEqual(one.fileColumns, other.fileColumns)
  );
}

/** How it is decoded, but for what is of one object alone: the member of an archive, the rows of a table. */
function kindsOf({ decoding }: ObjectPlan): readonly string[] {
  return (decoding ?? []).map(({ kind, argument }) =>
    kind === 'charset' || argument === undefined ? `${kind} ${argument ?? ''}` : kind,
  );
}

function sizeOf({ object: { sizeBytes } }: Member, isPacked: boolean): number {
  return sizeBytes * (isPacked ? timesUnpacked : 1);
}

function isPackedByName({ object }: Member): boolean {
  return packingInName(object.key) !== null;
}

function ownSlices({ member: { ordinal: object }, plan }: PlannedMember, first: number): readonly PlannedSlice[] {
  const ranges = entersAnywhere(plan.decoding)
    ? plan.ranges
    : [{ rangeStart: plan.bodyOffset, rangeEnd: plan.bodyOffset + beyondAnyEnd }];
  return ranges.map(({ rangeStart, rangeEnd }, i) => ({ slice: first + i, rangeStart, rangeEnd, object }));
}
