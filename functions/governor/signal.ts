import type { Traffic } from '../core/contract.ts';
import type { Db } from '../db/client.ts';

/** What a signal says of others. unknown: it could not be seen, which is told and never counted as normal. */
export type Health = 'normal' | 'slow' | 'stop' | 'unknown';

/** One signal at one look. */
export interface Reading {
  readonly signal: string;
  readonly health: Health;
  /** In words, with the limit where there is one: `23 MB behind (limit 20 MB)`. Of unknown: why, and which grant shows it. */
  readonly figure: string;
  /** So far beyond its limit that, seen twice, the merge leaves the server alone for minutes. */
  readonly isCritical?: true;
  /** WAL bytes that may still be written before it stops; absent: it does not count bytes. */
  readonly headroomBytes?: number;
}

/** Work that asks before it goes on. */
export type Work = 'merge' | 'stage' | 'build';

/** What a signal is asked about. */
export interface Asked {
  readonly target: { readonly schema: string; readonly table: string; readonly oid: number };
  /** As pauses and leases name it. */
  readonly targetName: string;
  readonly loadId: number;
  readonly traffic: Traffic;
}

/** One file in signals/, listed in signals/all.ts. */
export interface Signal {
  readonly name: string;
  readonly concerns: readonly Work[];
  /** One or more readings, or none where there is nothing of the kind: no standby, no slot. Never inside a merge transaction. */
  read(db: Db, asked: Asked): Promise<readonly Reading[]>;
}
