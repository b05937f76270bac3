import { LoadRejected } from '../../protocol/errors.ts';
import { ignoredName } from '../../protocol/ignored-names.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { objectsAtMost } from '../../core/sets/objects-at-most.ts';
import { roleInSet } from '../../core/sets/set-starter.ts';
import { shownObject } from '../../core/object-url.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { letsIn } from '../../compile/declaration/takes.ts';
import type { Db } from '../../db/client.ts';
import { unknownObjects } from '../../ledger/sweeping/unknown-objects.ts';
import type { ListedObject, ObjectStore } from '../../objects/store.ts';
import type { Listed } from './manifest.ts';

/**
 * What lies in the folder of a marker and below it, and no load knows, in the order of names; where loads know all of it, all, so that
 * one of them answers.
 * @throws {LoadRejected} SET_INVALID where nothing lies there
 */
export async function listMarked(
  db: Db,
  { bucket, key: marker }: Pick<LoadRequest, 'bucket' | 'key'>,
  dataset: Dataset,
  store: ObjectStore,
): Promise<readonly Listed[]> {
  const { name, set = {} } = dataset;
  const found: ListedObject[] = [];
  const unknown = new Set<string>();
  for await (const page of store.list({ bucket, prefix: marker.slice(0, marker.lastIndexOf('/') + 1) })) {
    const parts = page.filter(
      (object) => ignoredName(object.key) === null && roleInSet(set, object.key) === 'part' && letsIn(dataset, object),
    );
    for (const { key } of await unknownObjects(db, { dataset: name, bucket }, parts)) unknown.add(key);
    found.push(...parts);
  }
  if (found.length === 0)
    throw new LoadRejected(
      'SET_INVALID',
      `beside ${shownObject({ bucket, key: marker })} lies no object that ${name} loads: have the source write it when all others are there`,
    );
  const wanted = unknown.size === 0 ? found.slice(-objectsAtMost) : found.filter(({ key }) => unknown.has(key));
  return wanted.map(({ key }) => ({ key }));
}
