import { printable } from '../../core/printable.ts';
import { maybeOne } from '../../db/client.ts';
import type { Signal } from '../signal.ts';
import { selectPause } from './paused-sql.ts';

/** Somebody said `landfall pause TARGET`. */
export const paused: Signal = {
  name: 'paused',
  concerns: ['merge', 'stage', 'build'],
  async read(db, { targetName }) {
    const pause = await maybeOne<{ by: string; paused_at: Date; why: string | null }>(db, selectPause(targetName));
    if (pause === null) return [];
    const why = pause.why === null ? '' : ` (${printable(pause.why)})`;
    const figure = `paused by ${printable(pause.by)} at ${pause.paused_at.toISOString()}${why}`;
    return [{ signal: 'paused', health: 'stop', figure }];
  },
};
