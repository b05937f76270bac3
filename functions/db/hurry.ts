/**
 * How long somebody who typed a command waits before words say why, in milliseconds. Whatever comes together, they are read
 * within 15 s: 8 until there is a connection, and 6 for a lock; or 10 in which the server says nothing at all.
 */
export const hurry = {
  connectMs: 8_000,
  lockMs: 6_000,
  /** By the server, of one statement. */
  statementMs: 8_000,
  /** By the client, where the server does not even end a statement: it was stopped, or a pooler is paused. */
  silentMs: 10_000,
  /** After so long it is looked up who is in the way: before the lock is given up, and never where all is well. */
  lookAfterMs: 2_000,
  lookMs: 3_000,
} as const;

/** Milliseconds, where 0 is no limit, within a bound. */
export function within(bound: number, milliseconds: number): number {
  return milliseconds === 0 ? bound : Math.min(bound, milliseconds);
}
