import { pointerOf } from '../core/format/json-path.ts';

/** An array of objects inside of a document. */
export interface RecordsInDocument {
  /** As `jsonPath` of a dataset names it. */
  readonly path: string;
  readonly records: number;
}

/** Keys that are gone through: what lies deeper is a part of something. */
const deepest = 4;

/**
 * Arrays of a document that may be its records: at least two elements, all of them objects, behind keys of objects alone, as the loader
 * goes. The longest is the first.
 */
export function recordsInDocument(document: unknown): readonly RecordsInDocument[] {
  const found: RecordsInDocument[] = [];
  const waiting: { readonly keys: readonly string[]; readonly value: unknown }[] = [{ keys: [], value: document }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { keys, value } = next;
    if (Array.isArray(value)) {
      if (value.length > 1 && value.every(isObject)) found.push({ path: pathOf(keys), records: value.length });
    } else if (isObject(value) && keys.length < deepest) {
      for (const [key, inner] of Object.entries(value)) waiting.push({ keys: [...keys, key], value: inner });
    }
  }
  return found.toSorted((one, other) => other.records - one.records);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `data.items`, or `/a.b/items` (RFC 6901) where a key is no plain word. */
function pathOf(keys: readonly string[]): string {
  return keys.every((key) => /^[A-Za-z_][\w-]*$/u.test(key)) ? keys.join('.') : pointerOf(keys);
}
