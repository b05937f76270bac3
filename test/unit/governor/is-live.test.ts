import { describe, expect, test } from 'vitest';
import type { TargetUse } from '../../../functions/core/traffic/live.ts';
import { liveAsSaid, liveAtFirst, liveAtSecond, type OwnUse } from '../../../functions/governor/live/is-live.ts';

const at = '2026-01-01T12:00:00.000000Z';
const before = (seconds: number): string => new Date(Date.parse(at) - seconds * 1_000).toISOString();
const nobody: OwnUse = { endedAt: null, isOpen: false };

function use(changes: Partial<TargetUse> = {}, counted: Partial<TargetUse['counted']> = {}): TargetUse {
  return { at, holders: 0, sessions: 0, counted: { written: 100, scannedAt: null, ...counted }, ...changes };
}

test.each([
  ['yes', true],
  ['no', false],
  [undefined, undefined],
] as const)('live: %s is said, and decides alone: %s', (said, isLive) => {
  expect(liveAsSaid(said)?.isLive).toBe(isLive);
});

describe('at the first look', () => {
  test.each<[string, TargetUse, OwnUse, boolean]>([
    ['a table that nobody ever scanned', use(), nobody, false],
    ['used 6 minutes ago, with sessions connected', use({ sessions: 9 }, { scannedAt: before(360) }), nobody, false],
    ['used 4 minutes ago, with sessions connected', use({ sessions: 9 }, { scannedAt: before(240) }), nobody, true],
    ['made 3 seconds ago and empty', use({ sessions: 9, isEmpty: true }, { scannedAt: before(3) }), nobody, false],
    ['empty and locked', use({ sessions: 9, isEmpty: true, holders: 1 }, {}), nobody, true],
    ['used 3 seconds ago by somebody who left', use({}, { scannedAt: before(3) }), nobody, false],
    ['locked by somebody now', use({ holders: 1 }), nobody, true],
    ['last used by the load before', use({ sessions: 9 }, { scannedAt: before(60) }), own(before(58)), false],
    [
      'used a second after the load before was told of',
      use({ sessions: 9 }, { scannedAt: before(60) }),
      own(before(61)),
      false,
    ],
    ['used a minute after the load before', use({ sessions: 9 }, { scannedAt: before(60) }), own(before(120)), true],
    [
      'used while a load was open that broke off',
      use({ sessions: 9 }, { scannedAt: before(60) }),
      { endedAt: null, isOpen: true },
      false,
    ],
    ['locked, whatever a load that broke off did', use({ holders: 2 }), { endedAt: null, isOpen: true }, true],
    ['a server that counts nothing', use({ counted: null, sessions: 9 }), nobody, false],
    ['a server that counts nothing, but locks are held', use({ counted: null, holders: 1 }), nobody, true],
  ])('%s', (_, seen, ownUse, isLive) => {
    expect(liveAtFirst(seen, ownUse)).toMatchObject({ isLive });
  });

  test('what is unknown is told as that', () => {
    expect(liveAtFirst(use({ counted: null }), nobody).why).toMatch(/^unknown: track_counts is off/u);
  });

  test('says who was seen, and when', () => {
    expect(liveAtFirst(use({ sessions: 1 }, { scannedAt: before(41) }), nobody).why).toBe(
      'others used it 41 s before the load; of others, 1 session is connected',
    );
  });
});

describe('at the second look', () => {
  const first = use({}, { scannedAt: before(10) });
  const later = before(-20);
  test.each<[string, TargetUse, boolean]>([
    ['nothing moved', use({ at: later }, { scannedAt: before(10) }), false],
    ['a scan from before the first look is counted only now', use({ at: later }, { scannedAt: before(1) }), false],
    ['others scanned it since', use({ at: later }, { scannedAt: before(-5) }), true],
    ['others wrote', use({ at: later }, { written: 103 }), true],
    ['statistics were reset meanwhile', use({ at: later }, { written: 0 }), false],
    ['locks are held', use({ at: later, holders: 3 }), true],
    ['nothing is counted', use({ at: later, counted: null }), false],
  ])('%s', (_, second, isLive) => {
    expect(liveAtSecond(first, second)).toMatchObject({ isLive });
  });
});

function own(endedAt: string): OwnUse {
  return { endedAt, isOpen: false };
}
