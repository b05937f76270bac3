import { describe, expect, it } from 'vitest';
import { secondsToWait } from '../../../functions/extract/wait.ts';

const waiting = { place: 0, stillSeconds: 0, looks: 1, waitedSeconds: 0, slices: 1, onOneMachine: false };

describe('waiting for a lease', () => {
  it.each([
    ['next, and the table has just changed hands', {}, 1],
    ['next, behind a load of minutes', { stillSeconds: 200 }, 10],
    ['next, behind a load of hours', { stillSeconds: 20_000 }, 60],
    ['behind four others', { place: 4 }, 8],
    ['far back', { place: 32 }, 60],
    ['far back on one machine', { place: 32, onOneMachine: true }, 15],
    ['the looks that are left are one a minute', { looks: 760, waitedSeconds: 4_000 }, 60],
    ['an object whose slices leave history for few looks', { slices: 1_000 }, 561],
    ['for longer than a day', { waitedSeconds: 90_000, looks: 1_500 }, 600],
  ])('looks again when it is due: %s', (_, more, seconds) => {
    expect(secondsToWait({ ...waiting, ...more })).toBe(seconds);
  });
});
