import type { Traffic } from '../core/traffic/traffic.ts';
import type { Sql } from '../core/sql.ts';
import type { Db } from '../db/client.ts';
import type { Server } from './server-sql.ts';

/** What a signal says of others. unknown: it could not be seen, which is told and never counted as normal. */
export type Health = 'normal' | 'slow' | 'stop' | 'unknown';

/** One signal at one look. */
export interface Reading {
  readonly signal: string;
  readonly health: Health;
  /** In words, with the limit where there is one: `23 MB behind (limit 20 MB)`. Of unknown: why, and which grant shows it. */
  readonly figure: string;
  /** Of unknown: the statement that shows it to this role, which the figure ends in too; absent: none does. */
  readonly grant?: string;
  /** So far beyond its limit that, seen twice, the merge leaves the server alone for minutes. */
  readonly isCritical?: true;
  /** WAL bytes that may still be written before it stops; absent: it does not count bytes. */
  readonly headroomBytes?: number;
}

/** What a signal is asked about. */
export interface Asked {
  readonly target: { readonly schema: string; readonly table: string; readonly oid: number };
  /** As pauses and leases name it. */
  readonly targetName: string;
  readonly loadId: number;
  readonly traffic: Traffic;
  /** Others use the target. Where nobody does, nobody is spared what only makes the load itself slower. */
  readonly isLive?: boolean;
}

/** What a look that came before saw. */
export interface Earlier<Seen> {
  /** By a clock that only goes forward. */
  readonly atMs: number;
  readonly seen: Seen | null;
}

/** What is judged beside what was seen. */
export interface Judged<Seen> {
  readonly asked: Asked;
  readonly server: Server;
  readonly atMs: number;
  /** Looks of the same looker within the last minute, oldest first. */
  readonly earlier: readonly Earlier<Seen>[];
}

/** A signal that a statement of its own shows: the owner's. One file in signals/, listed in signals/all.ts. */
export interface AskedSignal {
  readonly name: string;
  /** It is of a load and its target; absent: of the server, whoever asks. */
  readonly isOfLoad?: true;
  /** One or more readings, or none where there is nothing of the kind. Never inside a merge transaction. */
  read(db: Db, asked: Asked): Promise<readonly Reading[]>;
}

/** A signal that an expression of SQL shows: those of a look are asked in one statement. One file in signals/, listed in signals/all.ts. */
export interface SeenSignal<Seen = unknown> {
  readonly name: string;
  /** It is of a load and its target; absent: of the server, whoever asks. */
  readonly isOfLoad?: true;
  /** A scalar expression that reads, of any type that JSON has; null: there is nothing to see on this server. */
  expression(asked: Asked, server: Server): Sql | null;
  /** One or more readings, or none where there is nothing of the kind: no standby, no slot. Given what the expression answered, unless NULL. */
  judge(seen: Seen, judged: Judged<Seen>): readonly Reading[];
}

/** One that is asked or seen. */
export type Signal = AskedSignal | SeenSignal;

/** A list of signals takes what each of them sees as unknown; here it is what its own expression answers. */
export function seenSignal<Seen>(signal: SeenSignal<Seen>): SeenSignal {
  return signal;
}
