import { createLocator, type LocatedRecord, type LocatorSettings } from '../formats/locate.ts';
import type { ByteRange, ObjectStore, StoredObject } from './store.ts';

/**
 * Reads records of one slice again whose offsets are known: one pass over its bytes, never a request a record. Yields
 * what each piece of the object brought, in the file's order.
 */
export async function* recordsAt(
  store: ObjectStore,
  object: StoredObject,
  settings: Omit<LocatorSettings, 'startOffset'> & { readonly range: ByteRange },
): AsyncGenerator<readonly LocatedRecord[]> {
  if (settings.wanted.length === 0) return;
  const { range } = settings;
  const locator = createLocator({ ...settings, startOffset: range.start });
  for await (const piece of store.read(object, range)) {
    const located = locator.push(piece);
    if (located.length > 0) yield located;
    if (locator.done) return;
  }
  yield locator.end();
}
