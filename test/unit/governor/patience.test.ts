import { describe, expect, it } from 'vitest';
import { deadlinePassed, secondsToWait, type Waited } from '../../../functions/merge/patience.ts';

const one = (signal: string, seconds: number, looks = 1): Waited['waits'][number] => ({ signal, seconds, looks });
const waited = (waits: Waited['waits'], more: Partial<Waited> = {}): Waited => ({
  ...{ waits, lanes: 2, slices: 1, onOneMachine: false },
  ...more,
});

describe('a load that waits looks again', () => {
  it.each([
    ['at first', [one('slots', 0)], 2],
    ['after a tenth of what it has waited', [one('slots', 100, 20)], 10],
    ['no later than after 300 s', [one('slots', 9_000, 90)], 300],
    ['later where it stops again and again', Array.from({ length: 11 }, () => one('slots', 5)), 19],
    ['no later than after 300 s however often it stops', Array.from({ length: 40 }, () => one('slots', 5)), 300],
    ['of a pause by a person within 10 minutes', [one('paused', 90_000, 200)], 600],
  ] as const)('%s', (_, waits, seconds) => {
    expect(secondsToWait(waited(waits))).toBe(seconds);
  });

  it('at most so often that the history of its execution lasts to the deadline', () => {
    // 2,400 events are 250 looks and their round, a week has 10,080 minutes
    const week = { slices: 1_000, deadlineMinutes: 10_080 };
    expect(secondsToWait(waited([one('slots', 0)], week))).toBe(600);
    expect(secondsToWait(waited([one('slots', 0)], { ...week, onOneMachine: true }))).toBe(2);
  });
});

describe('a load gives up', () => {
  it.each([
    ['not before four hours', [one('slots', 14_399)], null],
    ['after four hours', [one('slots', 14_400)], /waited for others for 240 minutes.*deadlineMinutes/u],
    ['after all its waits together', [one('slots', 7_200), one('archive', 7_200)], /240 minutes/u],
    ['not for a pause by a person', [one('paused', 90_000, 50)], null],
    [
      'where its execution has no room left',
      [one('slots', 1_000, 800)],
      /stopped for others 1 time and looked 800 times/u,
    ],
  ] as const)('%s', (_, waits, expected) => {
    const words = deadlinePassed(waited(waits));
    if (expected === null) expect(words).toBeNull();
    else expect(words).toMatch(expected);
  });

  it('when the dataset says so', () => {
    expect(deadlinePassed(waited([one('slots', 60)], { deadlineMinutes: 1 }))).toMatch(/1 minute,/u);
  });

  it('never for want of events on one machine', () => {
    expect(deadlinePassed(waited([one('slots', 1_000, 80_000)], { onOneMachine: true }))).toBeNull();
  });
});

describe('the events of an execution', () => {
  it.each([1, 2, 16])('last for a load of %i lanes that is stopped as soon as it has gone on', (lanes) => {
    const waits: { signal: string; seconds: number; looks: number }[] = [];
    let total = 0;
    while (deadlinePassed(waited(waits, { lanes, slices: 1_000 })) === null) {
      const seconds = secondsToWait(waited([...waits, one('slots', 0)], { lanes, slices: 1_000 }));
      waits.push(one('slots', seconds));
      total += 9 + 13 + 11 * lanes;
    }
    // the tenth that else stays free
    expect(total).toBeLessThan(2_500);
  });
});
