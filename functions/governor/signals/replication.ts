import { printable } from '../../core/printable.ts';
import { sqlIdent } from '../../core/typed-again.ts';
import { showByteSize } from '../../core/byte-size.ts';
import { plural } from '../../words/quantities.ts';
import type { Traffic } from '../../core/traffic/traffic.ts';
import { type Reading, seenSignal } from '../signal.ts';
import { type Standby, standbys } from './replication-sql.ts';

/** 256 MB and 10 s: what a standby of a busy server makes up in seconds, and who reads from it hardly notices (GitLab stops at 100 MB of a slot). */
const defaultLagBytes = 256 * 2 ** 20;
/** The same of a reader that counts no bytes. */
export const defaultLagSeconds = 10;
/** From half of a limit on the merge slows down. */
export const slowFrom = 0.5;
/** So many times its limit is no hiccup: other writers are what it cannot follow, or it does not replay at all. */
export const criticalFrom = 8;

/** How far each standby is behind what the primary wrote. */
export const replication = seenSignal<readonly Standby[]>({
  name: 'replication',
  expression: standbys,
  judge(seen, { asked, server }) {
    const limits = limitsOf(asked.traffic);
    const hidden = seen.filter(({ isShown }) => !isShown);
    const shown = seen.filter(({ isShown }) => isShown).map((each) => lag(each, limits));
    return hidden.length === 0 ? shown : [...shown, unseen(hidden.length, server.role)];
  },
});

function unseen(standbyCount: number, role: string): Reading {
  const grant = `grant pg_read_all_stats to ${sqlIdent(role)};`;
  const figure = `${plural(standbyCount, 'standby')}, of which ${printable(role)} is not shown how far it is: ${grant}`;
  return { signal: 'replication', health: 'unknown', figure, grant };
}

/** Infinity: none. */
interface Limits {
  readonly maxLagBytes: number;
  readonly maxLagSeconds: number;
}

/** Whoever declares one of the two is judged by that alone: a standby that replays nothing while a file is staged is many seconds behind, and a few bytes. */
function limitsOf({ maxLagBytes, maxLagSeconds }: Traffic): Limits {
  if (maxLagBytes === undefined && maxLagSeconds === undefined)
    return { maxLagBytes: defaultLagBytes, maxLagSeconds: defaultLagSeconds };
  return { maxLagBytes: maxLagBytes ?? Infinity, maxLagSeconds: maxLagSeconds ?? Infinity };
}

function lag(standby: Standby, { maxLagBytes, maxLagSeconds }: Limits): Reading {
  const name = `standby ${printable(standby.name ?? '', 63)}`;
  if (standby.bytes === null)
    return { signal: 'replication', health: 'unknown', figure: `${name} has not said how far it is` };
  const behind = Math.max(0, standby.bytes);
  // of one that has replayed all, the seconds are those of its last record
  const seconds = behind === 0 ? 0 : (standby.seconds ?? 0);
  const share = Math.max(behind / maxLagBytes, seconds / maxLagSeconds);
  const limits = [
    ...(maxLagBytes === Infinity ? [] : [showByteSize(maxLagBytes)]),
    ...(maxLagSeconds === Infinity ? [] : [`${maxLagSeconds} s`]),
  ];
  const limit = `${limits.length > 1 ? 'limits' : 'limit'} ${limits.join(', ')}`;
  return {
    signal: 'replication',
    figure: `${name} is ${showByteSize(behind)} and ${seconds.toFixed(1)} s behind (${limit})`,
    ...(maxLagBytes !== Infinity && { headroomBytes: Math.max(0, maxLagBytes - behind) }),
    health: share >= 1 ? 'stop' : share >= slowFrom ? 'slow' : 'normal',
    ...(share >= criticalFrom && { isCritical: true }),
  };
}
