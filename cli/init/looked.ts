import type { ProposedKey } from '../../functions/propose/keys/propose-key.ts';
import type { Dialect } from './dialect.ts';
import type { Observed } from './observe.ts';

/** A file that was looked at, all of it. */
export interface Looked {
  readonly dialect: Dialect;
  readonly observed: Observed;
  /** What tells its records apart. */
  readonly inFile: ProposedKey;
}
