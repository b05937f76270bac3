import { isLike } from '../decoding/like.ts';

/** Which object starts the load of a set, as a dataset declares it; one of the two. */
export interface DeclaredSet {
  /** How the names of its manifests look: `*.manifest.json`. */
  readonly manifest?: string | undefined;
  /** The name of the object that says that all others are there: `_SUCCESS`. */
  readonly marker?: string | undefined;
}

/** What an object under the prefix of such a dataset is; part: it is loaded with its set, and starts nothing. */
export function roleInSet({ manifest, marker }: DeclaredSet, key: string): 'manifest' | 'marker' | 'part' {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (manifest !== undefined && isLike(name, manifest)) return 'manifest';
  return name === marker ? 'marker' : 'part';
}
