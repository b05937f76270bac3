import type { StoredObject } from '../../objects/store.ts';

/** What the records of a replay are read from, and why others that were asked for are not among them. */
export interface StoredReplay {
  readonly object: StoredObject;
  readonly records: number;
  readonly left: Readonly<Record<string, number>>;
}
