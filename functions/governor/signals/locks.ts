import { count } from '../../words/quantities.ts';
import { seenSignal } from '../signal.ts';
import { type Waiter, waitersFor } from './locks-sql.ts';

/** Sessions that wait for locks of this load: one that is seen waiting twice is no moment of overlap. */
export const locks = seenSignal<readonly Waiter[]>({
  name: 'locks',
  isOfLoad: true,
  expression: ({ loadId }, { databaseOid }) => waitersFor(loadId, databaseOid),
  judge(seen, { earlier }) {
    const before = earlier.at(-1)?.seen ?? [];
    const waitOn = seen.filter(({ pid, since }) => before.some((each) => each.pid === pid && each.since === since));
    if (waitOn.length > 0) {
      return [{ signal: 'locks', health: 'stop', figure: `${waitingSessions(waitOn.length)}, in two looks` }];
    }
    return [{ signal: 'locks', health: 'slow', figure: waitingSessions(seen.length) }];
  },
});

function waitingSessions(number: number): string {
  return `${number === 1 ? '1 session waits' : `${count(number)} sessions wait`} for locks of this load`;
}
