import type { Content } from '../../content/content.ts';
import { contentOf } from '../../content/open-content.ts';
import type { ObjectStore } from '../../objects/store.ts';
import type { PlannedLoad } from '../loads/load.ts';
import { asMember } from './members.ts';

/** A slice, as it says whose bytes it is. */
export interface OfObject {
  /** The ordinal of its object; null: the load has one. */
  readonly object: number | null;
}

/** The load as it is one object's: with its bytes, its header, its places. Of a load of one object the load itself. */
export function loadOfSlice(load: PlannedLoad, { object: ordinal }: OfObject): PlannedLoad {
  if (load.members === null || ordinal === null) return load;
  const member = load.members.find((each) => each.ordinal === ordinal);
  if (member?.plan == null) throw new Error(`load ${load.loadId}: its object ${ordinal} has not been planned`);
  return { ...asMember(load, member.object, member.plan), firstSlice: member.plan.firstSlice ?? 0 };
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
  return [...byOrdinal].map(([object, own]) => [loadOfSlice(load, { object }), own]);
}

/** What the records of one object are read by. */
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
    if (open !== null && open.ordinal === slice.object) return open.of;
    await open?.of.content.close();
    const of = loadOfSlice(load, slice);
    open = { ordinal: slice.object, of: { load: of, content: contentOf(store, of) } };
    return open.of;
  };
  try {
    return await use(at);
  } finally {
    await (open as { readonly of: OpenObject } | null)?.of.content.close();
  }
}
