/** What a key of an object is for: the position of a column in staging; ignored and captured as the dataset declares; null: nothing. */
export type KeyMeaning = number | 'ignored' | 'captured' | null;

/** What the keys of an object are for, and of the objects that they hold. */
export interface KeySource {
  readonly meaningOf: (key: string) => KeyMeaning;
  /** Where keys of the object that stands behind this one fill columns; null: it is a value as any other. Absent: none are. */
  readonly innerOf?: (key: string) => KeySource | null;
  /** The keys that lead to the object, each with a dot behind it, for words. Absent: it is the record. */
  readonly path?: string;
}

/** Keys that fill no column, as numbers beside the positions. */
export const IGNORED = -1;
export const CAPTURED = -2;
export const UNKNOWN = -3;

/** A key as it stands in the file, found before. */
export interface KnownKey {
  /** Its bytes and the closing quote. */
  readonly bytes: Uint8Array;
  /** Of a column in staging; else one of the numbers above. */
  readonly position: number;
  /** One for all spellings of the key. */
  readonly name: KeyName;
  /** The keys of the object behind it, where they fill columns. */
  readonly inner: KnownKeys | null;
  /** What followed it in the last record that had it: so is it likely to be again. */
  next: KnownKey | null;
}

interface KeyName {
  /** Number of the last record that had it. */
  seen: number;
}

/** All keys met, by their bytes. */
export interface KnownKeys {
  readonly source: KeySource;
  readonly byBytes: Map<string, KnownKey>;
  readonly byName: Map<string, KeyName>;
  /** Stands before the first key of each record. */
  readonly first: KnownKey;
}

/** Of one table a few hundred; a file whose every record has keys of its own must not grow a worker. */
const KEPT_KEYS = 4096;

export function knownKeys(source: KeySource): KnownKeys {
  const first = { bytes: new Uint8Array(), position: UNKNOWN, name: { seen: 0 }, inner: null, next: null };
  return { source, byBytes: new Map(), byName: new Map(), first };
}

/** Of one object: more have no table, and 30 MB of them are kept until the record ends. */
export const MOST_KEYS = 100_000;

/** Between two records: forgets all keys where there are too many of them. */
export function forgetTooMany(keys: KnownKeys): void {
  if (keys.byBytes.size <= KEPT_KEYS && keys.byName.size <= KEPT_KEYS) return;
  keys.byBytes.clear();
  keys.byName.clear();
  keys.first.next = null;
}

/** The key bytes[start, end), which stands between quotes. @param isEscaped it holds a backslash, but no odd character */
export function keyAt(keys: KnownKeys, bytes: Buffer, start: number, end: number, isEscaped: boolean): KnownKey {
  const spelled = bytes.toString('latin1', start, end);
  const known = keys.byBytes.get(spelled);
  if (known !== undefined) return known;
  const text = bytes.toString('utf8', start, end);
  const name = isEscaped ? unescaped(text) : text;
  const inner = keys.source.innerOf?.(name) ?? null;
  const found: KnownKey = {
    bytes: Uint8Array.from(bytes.subarray(start, end + 1)),
    position: positionOf(keys.source.meaningOf(name)),
    name: keys.byName.get(name) ?? { seen: 0 },
    inner: inner === null ? null : knownKeys(inner),
    next: null,
  };
  keys.byName.set(name, found.name);
  keys.byBytes.set(spelled, found);
  return found;
}

/** A key that no column can have: kept nowhere, so that each record that has it is found anew. */
export function oddKey(bytes: Buffer, start: number, end: number): KnownKey {
  return {
    bytes: Uint8Array.from(bytes.subarray(start, end + 1)),
    position: UNKNOWN,
    name: { seen: 0 },
    inner: null,
    next: null,
  };
}

/** The text between the quotes of a sound JSON string. */
export function unescaped(text: string): string {
  return JSON.parse(`"${text}"`) as string;
}

function positionOf(meaning: KeyMeaning): number {
  if (meaning === 'ignored') return IGNORED;
  if (meaning === 'captured') return CAPTURED;
  return meaning ?? UNKNOWN;
}
