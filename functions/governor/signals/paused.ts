import { printable } from '../../core/printable.ts';
import { seenSignal } from '../signal.ts';
import { type Pause, pauseOf } from './paused-sql.ts';

/** Somebody said `landfall pause TARGET`. */
export const paused = seenSignal<Pause>({
  name: 'paused',
  concerns: ['merge', 'stage', 'build'],
  expression: ({ targetName }) => pauseOf(targetName),
  judge({ by, pausedAt, why }) {
    const because = why === null ? '' : ` (${printable(why)})`;
    return [{ signal: 'paused', health: 'stop', figure: `paused by ${printable(by)} at ${pausedAt}${because}` }];
  },
});
