import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchLimits } from './limits.ts';

/** Waits longer from failure to failure, with jitter, so that many functions do not come back together. */
export async function pause(limits: FetchLimits, failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(limits.backoffMilliseconds * 2 ** (failures - 1), 30 * limits.backoffMilliseconds);
  await waitFor(longest * (0.5 + Math.random() / 2), signal);
}

/** Ends early with the signal's own reason. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
