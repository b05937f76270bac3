import { execute, many, maybeOne, one, transaction, type Db } from '../../db/client.ts';
import type { StoredObject } from '../../objects/store.ts';
import { selectLoadedBefore, type LoadedRow } from '../objects/loaded-sql.ts';
import {
  insertGathered,
  insertWindow,
  lockWindows,
  type OpenWindowRow,
  sealWindow,
  selectOpenWindow,
  selectWindowOf,
  selectWindowWith,
  takeWindow,
  type WindowRow,
} from './windows-sql.ts';

/** How a dataset gathers: a window is closed after so many seconds, or once it holds so many objects or bytes. */
export interface Gathering {
  readonly seconds: number;
  readonly maxObjects: number;
  readonly maxBytes: number;
}

/** What becomes of an object that is to be loaded with others. */
export type Gathered =
  /** This execution loads what is in the window. */
  | { readonly kind: 'load'; readonly windowId: number }
  /** It will, after so many seconds. */
  | { readonly kind: 'wait'; readonly windowId: number; readonly seconds: number }
  /** Another one does or did; null: nobody has begun its load. */
  | { readonly kind: 'gathered'; readonly windowId: number; readonly loadId: number | null; readonly isLoaded: boolean }
  /** It was loaded before it could be put into a window. */
  | { readonly kind: 'loaded'; readonly loadId: number };

/** An object that an execution was started for. */
export interface Arrival {
  readonly dataset: string;
  readonly execution: string;
  readonly object: StoredObject;
  readonly gathering: Gathering;
}

/**
 * 60 s: whoever has taken a window claims its load in that time, or is gone. Then another execution may take it: two loads
 * of the same objects are one, since their claim is (docs/adr/0090).
 */
export const takeAfterSeconds = 60;

/** What an execution has to do that took a window before and comes back, woken or called again; null: it took none. */
export async function windowTaken(db: Db, execution: string): Promise<Gathered | null> {
  const window = await maybeOne<WindowRow>(db, selectWindowOf(execution));
  return window === null ? null : ofOwner(window);
}

/**
 * Puts an object into its dataset's open window, or opens one with it. Who opened a window waits for its end and loads it; who makes it
 * full, or finds it open past its end, loads it at once. One that is in a window already comes into no other, whatever events
 * tell of it, unless it may be loaded again.
 */
export async function gather(db: Db, arrival: Arrival): Promise<Gathered> {
  return await transaction(db, { lockTimeoutMs: 30_000 }, async () => {
    const { dataset, execution, object } = arrival;
    await execute(db, lockWindows(dataset));
    const before = await maybeOne<WindowRow>(db, selectWindowWith(dataset, object));
    const [loaded] = await many<LoadedRow>(db, selectLoadedBefore(dataset, [object]));
    if (loaded !== undefined) return { kind: 'loaded', loadId: loaded.load_id };
    // a load that had ended well and counts no more: it was undone, or another version of the key was loaded since
    if (before !== null && before.outcome !== 'LOADED') {
      if (before.execution === execution) return ofOwner(before);
      if (before.load_id !== null || before.seconds_over < takeAfterSeconds) return ofOthers(before);
      await execute(db, takeWindow(before.window_id, execution));
      return { kind: 'load', windowId: before.window_id };
    }
    return await putInto(db, arrival);
  });
}

async function putInto(db: Db, { dataset, execution, object, gathering }: Arrival): Promise<Gathered> {
  const { seconds, maxObjects, maxBytes } = gathering;
  const open = await maybeOne<OpenWindowRow>(db, selectOpenWindow(dataset, object));
  if (open?.has_key === true) await execute(db, sealWindow(open.window_id));
  const joined = open === null || open.has_key ? null : open;
  const windowId =
    joined?.window_id ?? (await one<{ window_id: number }>(db, insertWindow(dataset, execution, seconds))).window_id;
  await execute(db, insertGathered(windowId, dataset, object));
  const isFull = (joined?.objects ?? 0) + 1 >= maxObjects || (joined?.bytes ?? 0) + object.sizeBytes >= maxBytes;
  if (isFull || joined?.seconds_left === 0) {
    await execute(db, takeWindow(windowId, execution));
    return { kind: 'load', windowId };
  }
  if (joined === null) return { kind: 'wait', windowId, seconds };
  return { kind: 'gathered', windowId, loadId: null, isLoaded: false };
}

function ofOwner(window: WindowRow): Gathered {
  const { window_id: windowId, load_id: loadId, outcome, undone, seconds_left: seconds } = window;
  if (loadId !== null && outcome === 'LOADED' && !undone) return { kind: 'gathered', windowId, loadId, isLoaded: true };
  return seconds > 0 && loadId === null ? { kind: 'wait', windowId, seconds } : { kind: 'load', windowId };
}

function ofOthers({ window_id: windowId, load_id: loadId, outcome, undone }: WindowRow): Gathered {
  return { kind: 'gathered', windowId, loadId, isLoaded: outcome === 'LOADED' && !undone };
}
