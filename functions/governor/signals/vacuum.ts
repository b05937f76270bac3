import { seenSignal } from '../signal.ts';
import { type Vacuum, vacuumsOf } from './vacuum-sql.ts';

/**
 * A vacuum at work on the target: what it cleans the merge makes anew, and both want the same disk. One that is to prevent wraparound
 * goes first, as nothing else keeps the server writable. Any other one is what a load itself brings about: it slows a load into a live
 * table, which only a vacuum keeps small and quick for others.
 */
export const vacuum = seenSignal<readonly Vacuum[]>({
  name: 'vacuum',
  isOfLoad: true,
  expression: ({ target }, { databaseOid }) => vacuumsOf(target.oid, databaseOid),
  judge(seen, { asked }) {
    if (seen.some(({ preventsWraparound }) => preventsWraparound)) {
      return [{ signal: 'vacuum', health: 'stop', figure: 'a vacuum to prevent wraparound works on the target' }];
    }
    const who = seen.some(({ isAuto }) => isAuto === true) ? 'autovacuum' : 'a vacuum';
    return [
      { signal: 'vacuum', health: asked.isLive === true ? 'slow' : 'normal', figure: `${who} works on the target` },
    ];
  },
});
