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
  /** Why it cannot be loaded; what could not be had is as the request says it. */
  readonly refusal: LoadRejected | null;
}

type StoreFor = (bucket: string) => Promise<ObjectStore>;

/** Whether a request asks for several objects. */
export function asksForSeveral({ objects, manifest }: LoadRequest): boolean {
  return objects !== undefined || manifest === true;
}

/** The objects of a request, named or listed by a manifest, as they are now. One that is missing, or not as large as it is said to be, refuses all. */
export async function requestedObjects(
  request: LoadRequest,
  headOf: (key: string) => Promise<{ readonly object: StoredObject; readonly refusal: LoadRejected | null }>,
  storeFor: StoreFor,
): Promise<Requested> {
  const { bucket, key } = request;
  const listed = request.objects ?? (await listedIn(request, headOf, storeFor));
  if ('refusal' in listed) return { ...listed, objects: null };
  const manifest = request.manifest === true ? key : null;
  const problem = setProblem(listed, bucket);
  if (problem !== null) {
    const named = { bucket, key, versionId: 'unknown', etag: null, sizeBytes: 0, sequencer: null, lastModified: '' };
    return { object: named, objects: null, refusal: new LoadRejected('SET_INVALID', problem) };
  }
  const found: { readonly object: StoredObject; readonly refusal: LoadRejected | null }[] = [];
  for (let at = 0; at < listed.length; at += headsAtOnce) {
    const some = listed.slice(at, at + headsAtOnce);
    found.push(...(await Promise.all(some.map(async (each) => foundAs(each, await headOf(each.key))))));
  }
  const objects = found.map(({ object }) => object);
  const refusals = found.flatMap(({ refusal }) => refusal ?? []);
  return { object: setOf(objects, manifest), objects, refusal: together(refusals) };
}

const headsAtOnce = 16;

async function listedIn(
  { bucket, key }: LoadRequest,
  headOf: Parameters<typeof requestedObjects>[1],
  storeFor: StoreFor,
): Promise<readonly Listed[] | { readonly object: StoredObject; readonly refusal: LoadRejected }> {
  const { object, refusal } = await headOf(key);
  if (refusal !== null) return { object, refusal };
  try {
    return await readManifest(await storeFor(bucket), object);
  } catch (error) {
    if (error instanceof LoadRejected) return { object, refusal: error };
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
  { object, refusal }: Awaited<ReturnType<Parameters<typeof requestedObjects>[1]>>,
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
