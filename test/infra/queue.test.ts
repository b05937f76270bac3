import fc from 'fast-check';
import { expect, test } from 'vitest';
import { historyEventsAtMost } from '../../functions/protocol/state-machine.ts';
import { queue, queueOverhead } from './support/queue.ts';

test('240 loads of 20 s that want one table at once end within 1.1 times of one after the other', () => {
  expect(queueOverhead()).toBeGreaterThan(0.9);
  expect(queueOverhead()).toBeLessThan(1.1);
});

test('nobody has the table while an older one waits for it, and each looks within its history', () => {
  const arrival = fc.record({
    at: fc.integer({ min: 0, max: 10_000 }),
    age: fc.integer({ min: 0, max: 100 }),
    mergeSeconds: fc.integer({ min: 1, max: 3_000 }),
  });
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 2, maxLength: 40 }), (arrivals) => {
      const courses = queue(arrivals);
      courses.forEach(({ arrival: mine, acquiredAt, events }, i) => {
        expect(events).toBeLessThan(historyEventsAtMost);
        // what comes later and had been there before: its first look is a call and two transitions after its start
        const overtaken = courses
          .slice(i + 1)
          .filter(({ arrival: other }) => other.at + 1 < acquiredAt && other.age < mine.age);
        expect(overtaken).toEqual([]);
      });
    }),
    { numRuns: 50 },
  );
});

test('whoever waits behind a load of two hours has the table a minute after it at the most, and then one after the other', () => {
  const files = Array.from({ length: 12 }, (_, i) => ({ at: 600 * i, age: i, mergeSeconds: 5 }));
  const courses = queue([{ at: 0, age: -1, mergeSeconds: 7_200 }, ...files.slice(1)]);
  expect(courses.map(({ arrival: { age } }) => age)).toEqual([-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const [long, ...rest] = courses;
  const last = rest.at(-1);
  expect((rest[0]?.acquiredAt ?? 0) - (long?.endedAt ?? 0)).toBeLessThan(62);
  expect((last?.endedAt ?? 0) - (long?.endedAt ?? 0)).toBeLessThan(62 + 12 * 10);
});
