import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchLimits } from './limits.ts';

/** Whose patience it is, and what ends it. */
interface Patience {
  readonly limits: FetchLimits;
  readonly signal: AbortSignal;
}

/**
 * Waits longer from failure to failure, with jitter, so that many functions do not come back together; and as long as the
 * server asked for. Ends early with the signal's own reason.
 */
export async function pause({ limits, signal }: Patience, failures: number, askedMilliseconds = 0): Promise<void> {
  const longest = Math.min(limits.backoffMilliseconds * 2 ** (failures - 1), 30 * limits.backoffMilliseconds);
  try {
    await sleep(Math.max(askedMilliseconds, longest * (0.5 + Math.random() / 2)), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
