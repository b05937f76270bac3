import type { Live, TargetUse } from '../../core/traffic/live.ts';
import { plural } from '../../words/quantities.ts';

/** Minutes after which a touch of others says nothing of today's traffic. */
const recentMinutes = 5;

/** 5 s after the last load ended: what it did is in the statistics by then, under a time that is its own. */
const ownSeconds = 5;

/** When loads of this target used it themselves. */
export interface OwnUse {
  /** When the last one was told of, ISO 8601; null: none ever was. */
  readonly endedAt: string | null;
  /** One began that nobody saw end, or it is this load that begins again: touches since are as good as its own. */
  readonly isOpen: boolean;
}

/** The dataset or the command line decides alone. */
export function liveAsSaid(said: 'yes' | 'no' | undefined): Live | null {
  return said === undefined ? null : { isLive: said === 'yes', why: `live: ${said} was said` };
}

/**
 * The first look, before anything of the load is staged. Dates count only where somebody is connected who could have been it:
 * whoever looked at the table by hand and left is no traffic.
 */
export function liveAtFirst(use: TargetUse, own: OwnUse): Live {
  const held = isHeld(use.holders);
  if (held !== null) return held;
  // a date is that of its making, of an index built over no row, of somebody who asked whether there are any
  if (use.isEmpty === true) return { isLive: false, why: 'it is empty, and nobody holds a lock on it' };
  if (use.counted === null) return unknown;
  const { scannedAt } = use.counted;
  const ago = scannedAt === null ? null : secondsBetween(scannedAt, use.at);
  if (ago === null || ago > recentMinutes * 60) {
    return { isLive: false, why: `nobody used it within the last ${recentMinutes} minutes` };
  }
  if (own.isOpen) return { isLive: false, why: 'only a load that broke off was seen to use it' };
  if (own.endedAt !== null && secondsBetween(own.endedAt, scannedAt ?? use.at) <= ownSeconds) {
    return { isLive: false, why: 'only the load before this one was seen to use it' };
  }
  if (use.sessions === 0) {
    return { isLive: false, why: `it was used ${Math.round(ago)} s ago, and nobody else is connected` };
  }
  return {
    isLive: true,
    why: `others used it ${Math.round(ago)} s before the load; of others, ${plural(use.sessions, 'session')} ${use.sessions === 1 ? 'is' : 'are'} connected`,
  };
}

/** The second look, before the load itself reads the target: what moved since the first one is others'. */
export function liveAtSecond(first: TargetUse, second: TargetUse): Live {
  const held = isHeld(second.holders);
  if (held !== null) return held;
  if (second.counted === null || first.counted === null) return unknown;
  const { written, scannedAt } = second.counted;
  const rows = written - first.counted.written;
  if (rows > 0) return { isLive: true, why: `others wrote ${plural(rows, 'row')} while the file was staged` };
  if (scannedAt !== null && scannedAt > first.at) {
    return { isLive: true, why: 'others read it while the file was staged' };
  }
  return { isLive: false, why: 'nobody used it while the file was staged' };
}

/** By the sessions that hold locks on it; null where none does. */
export function isHeld(holders: number): Live | null {
  return holders === 0 ? null : { isLive: true, why: `locks on it are held by ${plural(holders, 'other session')}` };
}

/** Who turned the statistics off can say what they would; locks tell all the same, at every look. */
const unknown: Live = {
  isLive: false,
  why: 'unknown: track_counts is off, so nothing shows who uses it (live: yes says so)',
};

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}
