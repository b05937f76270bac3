import type { Content } from '../../content/content.ts';
import { contentOf } from '../../content/open-content.ts';
import { type PartOfRun, runContent } from '../../content/run-content.ts';
import type { ObjectStore } from '../../objects/store.ts';
import { contentBytes, type PlannedLoad } from '../loads/load.ts';
import { asMember, type InRun, type Member } from './members.ts';

/** A slice, as it says whose bytes it is. */
export interface OfObject {
  readonly slice: number;
  /** The ordinal of its object, or of the first one that it was planned for; null: the load has one. */
  readonly object: number | null;
}

/** The load as it is one object's: with its bytes, its header, its places. Of a load of one object the load itself, of a slice of several the first one's. */
export function loadOfSlice(load: PlannedLoad, slice: OfObject): PlannedLoad {
  const { members } = load;
  if (members === null || slice.object === null) return load;
  const [first] = membersOfRun(load, slice.slice);
  const member = first ?? members.find((each) => each.ordinal === slice.object);
  if (member === undefined) throw new Error(`load ${load.loadId} has no object ${slice.object}`);
  return loadOfMember(load, member);
}

/** The load as it is this object's. Of one that is left out no record is read. */
export function loadOfMember(load: PlannedLoad, { ordinal, object, plan, isRefused }: Member): PlannedLoad {
  if (plan === null && isRefused) return { ...load, object };
  if (plan === null) throw new Error(`load ${load.loadId}: its object ${ordinal} has not been planned`);
  return { ...asMember(load, object, plan), firstSlice: plan.inRun?.slice ?? plan.firstSlice ?? 0 };
}

/** Those that share this slice, in their order, but for what is left out; none: the slice is of one object. */
export function membersOfRun({ members }: Pick<PlannedLoad, 'members'>, slice: number): readonly Member[] {
  return (members ?? []).filter(({ plan }) => plan?.inRun?.slice === slice);
}

/** An object of a slice that has its receipt. */
export interface StagedMember {
  readonly load: PlannedLoad;
  readonly staged: NonNullable<InRun['staged']>;
}

/** Objects that share this slice, as its receipt has them. */
export function stagedMembers(load: PlannedLoad, slice: number): readonly StagedMember[] {
  return membersOfRun(load, slice).map((member) => {
    const staged = member.plan?.inRun?.staged ?? null;
    if (staged === null)
      throw new Error(`load ${load.loadId}: object ${member.ordinal} is not in the receipt of slice ${slice}`);
    return { load: loadOfMember(load, member), staged };
  });
}

/** Where the records of an object stand in the slice that it shares. */
export function partOf({ load, staged: { shift } }: StagedMember): PartOfRun {
  const end = contentBytes(load);
  if (end === null) throw new Error(`load ${load.loadId}: the length of ${load.object.key} is not known`);
  const { bodyOffset: start, bodyLine: line } = load;
  // a header that no line end ends may be longer than what is left of the object
  return { object: load, body: { start, end: Math.max(start, end) }, shift, line };
}

/** Slices by their object, in the order of the load: with the load as it is that object's. Objects without a slice have nothing to stage. */
export function byObject<Slice extends OfObject>(
  load: PlannedLoad,
  slices: readonly Slice[],
): readonly (readonly [PlannedLoad, readonly Slice[]])[] {
  if (load.members === null) return [[load, slices]];
  const byOrdinal = new Map<number | null, Slice[]>();
  for (const slice of slices) {
    const own = byOrdinal.get(slice.object) ?? [];
    own.push(slice);
    byOrdinal.set(slice.object, own);
  }
  return [...byOrdinal.values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [[loadOfSlice(load, first), own] as const];
  });
}

/** What the records of one object are read by, or of those that share a slice. */
export interface OpenObject {
  readonly load: PlannedLoad;
  readonly content: Content;
}

/**
 * The contents of a load's objects for as long as `use` runs: `at` gives the one that a slice is of. One is open at a time, so slices are
 * best asked for in their order.
 */
export async function withContents<T>(
  store: ObjectStore,
  load: PlannedLoad,
  use: (at: (slice: OfObject) => Promise<OpenObject>) => Promise<T>,
): Promise<T> {
  let open: { readonly ordinal: number | null; readonly of: OpenObject } | null = null;
  const at = async (slice: OfObject): Promise<OpenObject> => {
    // those that share a slice share no other
    if (open !== null && open.ordinal === slice.object) return open.of;
    await open?.of.content.close();
    const of = loadOfSlice(load, slice);
    const run = membersOfRun(load, slice.slice);
    const content =
      run.length === 0 ? contentOf(store, of) : runContent(store, stagedMembers(load, slice.slice).map(partOf));
    open = { ordinal: slice.object, of: { load: of, content } };
    return open.of;
  };
  try {
    return await use(at);
  } finally {
    await (open as { readonly of: OpenObject } | null)?.of.content.close();
  }
}
