import { printable } from '../../core/printable.ts';
import { type Reading, seenSignal } from '../signal.ts';
import { type Pause, pauseOf } from './paused-sql.ts';

/** Somebody said `landfall pause TARGET`. */
export const paused = seenSignal<Pause>({
  name: 'paused',
  isOfLoad: true,
  expression: ({ targetName }) => pauseOf(targetName),
  judge: (pause) => [readingOf(pause)],
});

/** It always stops. */
export function readingOf({ by, pausedAt, why }: Pause): Reading {
  const because = why === null ? '' : ` (${printable(why)})`;
  return { signal: 'paused', health: 'stop', figure: `paused by ${printable(by)} at ${pausedAt}${because}` };
}
