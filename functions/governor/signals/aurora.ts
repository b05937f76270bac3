import { printable } from '../../core/printable.ts';
import { type Reading, seenSignal } from '../signal.ts';
import { type Reader, readersOfCluster } from './aurora-sql.ts';
import { criticalFrom, defaultLagSeconds, slowFrom } from './replication.ts';

/** How far each reader of an Aurora cluster is behind; such a cluster has no standbys. */
export const aurora = seenSignal<readonly Reader[]>({
  name: 'aurora',
  expression: (_asked, { isAurora }) => (isAurora ? readersOfCluster() : null),
  judge: (seen, { asked }) => seen.map((reader) => readerLag(reader, asked.traffic.maxLagSeconds ?? defaultLagSeconds)),
});

function readerLag({ name, milliseconds }: Reader, maxLagSeconds: number): Reading {
  const reader = `reader ${printable(name, 63)}`;
  if (milliseconds === null)
    return { signal: 'aurora', health: 'unknown', figure: `${reader} has not said how far it is` };
  const share = milliseconds / 1_000 / maxLagSeconds;
  return {
    signal: 'aurora',
    health: share >= 1 ? 'stop' : share >= slowFrom ? 'slow' : 'normal',
    figure: `${reader} is ${(milliseconds / 1_000).toFixed(1)} s behind (limit ${maxLagSeconds} s)`,
    ...(share >= criticalFrom && { isCritical: true as const }),
  };
}
