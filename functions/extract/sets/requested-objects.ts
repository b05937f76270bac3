import { LoadRejected } from '../../protocol/errors.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { setOf } from '../../core/sets/object-set.ts';
import { objectsAtMost } from '../../core/sets/objects-at-most.ts';
import { shownObject } from '../../core/object-url.ts';
import { bytes, count } from '../../words/quantities.ts';
import type { ObjectStore, StoredObject } from '../../objects/store.ts';
import { type Listed, readManifest } from './manifest.ts';

/** What was asked for: one object, or one that stands for several. */
export interface Requested {
  readonly object: StoredObject;
  /** Null: it is one. */
  readonly objects: readonly StoredObject[] | null;
  /** The manifest or marker that asked for them; absent: they were named. */
  readonly starter?: StoredObject;
  /** Why it cannot be loaded; what could not be had is as the request says it. */
  readonly refusal: LoadRejected | null;
}

/** How what was asked for is looked at. */
interface Asking {
  readonly head: (key: string) => Promise<{ readonly object: StoredObject; readonly refusal: LoadRejected | null }>;
  /** What the request's marker stands for. */
  readonly marked: () => Promise<readonly Listed[]>;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
}

/** Whether a request asks for several objects. */
export function asksForSeveral({ objects, manifest, marker }: LoadRequest): boolean {
  return objects !== undefined || manifest === true || marker === true;
}

/** The objects of a request, named or listed by a manifest, as they are now. One that is missing, or not as large as it is said to be, refuses all. */
export async function requestedObjects(request: LoadRequest, asked: Asking): Promise<Requested> {
  const { bucket, key } = request;
  const found = await listedIn(request, asked);
  if ('refusal' in found) return { ...found, objects: null };
  const { listed, starter } = found;
  const named = starter === null ? null : key;
  const ofStarter = starter === null ? {} : { starter };
  const problem = setProblem(listed, bucket);
  if (problem !== null) {
    const unknown = { versionId: 'unknown', etag: null, sizeBytes: 0, sequencer: null, lastModified: '' };
    const object = starter ?? { bucket, key, ...unknown };
    return { object, objects: null, refusal: new LoadRejected('SET_INVALID', problem), ...ofStarter };
  }
  const each: { readonly object: StoredObject; readonly refusal: LoadRejected | null }[] = [];
  for (let at = 0; at < listed.length; at += headsAtOnce) {
    const some = listed.slice(at, at + headsAtOnce);
    each.push(...(await Promise.all(some.map(async (one) => foundAs(one, await asked.head(one.key))))));
  }
  const objects = each.map(({ object }) => object);
  const refusals = each.flatMap(({ refusal }) => refusal ?? []);
  return { object: setOf(objects, named), objects, refusal: together(refusals), ...ofStarter };
}

const headsAtOnce = 16;

/** What is asked for, and by which object; or why that cannot be known. */
type Found =
  | { readonly listed: readonly Listed[]; readonly starter: StoredObject | null }
  | { readonly object: StoredObject; readonly refusal: LoadRejected; readonly starter?: StoredObject };

async function listedIn(
  { bucket, key, objects, marker }: LoadRequest,
  { head, marked, storeFor }: Asking,
): Promise<Found> {
  if (objects !== undefined) return { listed: objects, starter: null };
  const { object, refusal } = await head(key);
  if (refusal !== null) return { object, refusal };
  try {
    const listed = marker === true ? await marked() : await readManifest(await storeFor(bucket), object);
    return { listed, starter: object };
  } catch (error) {
    if (error instanceof LoadRejected) return { object, refusal: error, starter: object };
    throw error;
  }
}

function setProblem(listed: readonly Listed[], bucket: string): string | null {
  if (listed.length > objectsAtMost)
    return `${count(listed.length)} objects are to be loaded together, and ${objectsAtMost} can be: load them in several parts`;
  const keys = new Set<string>();
  for (const { key } of listed) {
    if (keys.has(key))
      return `${shownObject({ bucket, key })} is named twice among those that are to be loaded together`;
    keys.add(key);
  }
  return null;
}

function foundAs(
  { key, size }: Listed,
  { object, refusal }: Awaited<ReturnType<Asking['head']>>,
): { readonly object: StoredObject; readonly refusal: LoadRejected | null } {
  if (refusal !== null || size === undefined || size === object.sizeBytes) return { object, refusal };
  const words = `${shownObject({ ...object, key })} has ${bytes(object.sizeBytes)} (${object.sizeBytes}), and is said to have ${size}: fetch it again, or correct the manifest`;
  return { object, refusal: new LoadRejected('CONTROL_TOTALS', words) };
}

/** All of them are told, the first three in words. */
function together(refusals: readonly LoadRejected[]): LoadRejected | null {
  const [first, ...more] = refusals;
  if (first === undefined || more.length === 0) return first ?? null;
  const told = refusals.slice(0, 3).map(({ message }) => message);
  const rest = refusals.length > 3 ? [`and ${refusals.length - 3} more`] : [];
  return new LoadRejected(first.code, [...told, ...rest].join('\n'));
}
