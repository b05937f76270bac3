import { expect, test } from 'vitest';
import { otherHand, otherHandAbove } from '../../../localstack/embedded/server/other-hands.ts';

const me = { uid: 1000, gid: 1000 };
const folder = 0o040000;
const link = 0o120000;

test.each([
  ['my own', { uid: 1000, gid: 1000, mode: folder | 0o700 }, null],
  ['my own, readable by all', { uid: 1000, gid: 5, mode: folder | 0o755 }, null],
  ["root's", { uid: 0, gid: 0, mode: folder | 0o755 }, null],
  ['my own, writable by my own group', { uid: 1000, gid: 1000, mode: folder | 0o775 }, null],
  ['my own, writable by another group', { uid: 1000, gid: 50, mode: folder | 0o770 }, /written by the group 50/],
  ['my own, writable by all', { uid: 1000, gid: 1000, mode: folder | 0o777 }, /written by every user/],
  ['my own, sticky and writable by all', { uid: 1000, gid: 1000, mode: folder | 0o1777 }, /written by every user/],
  ["another user's, closed", { uid: 1001, gid: 1001, mode: folder | 0o700 }, /another user \(uid 1001\)/],
  ['my own link', { uid: 1000, gid: 1000, mode: link | 0o777 }, null],
  ["another user's link", { uid: 1001, gid: 1001, mode: link | 0o777 }, /another user/],
])('an entry that is %s', (_what, entry, hand) => {
  const found = otherHand(entry, me);
  if (hand === null) expect(found).toBeNull();
  else expect(found).toMatch(hand);
});

test("on the way, a sticky folder of root's is nobody's to replace, and another user's is", () => {
  expect(otherHandAbove({ uid: 0, gid: 0, mode: folder | 0o1777 }, me)).toBeNull();
  expect(otherHandAbove({ uid: 0, gid: 0, mode: folder | 0o777 }, me)).toMatch(/every user/);
  expect(otherHandAbove({ uid: 1001, gid: 0, mode: folder | 0o1777 }, me)).toMatch(/another user/);
});
