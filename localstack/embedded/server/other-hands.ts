import type { Stats } from 'node:fs';

/** Who runs this command; null on a system whose files have no owners. */
export interface Person {
  readonly uid: number;
  readonly gid: number;
}

/** What lstat() tells of an entry. */
export type Entry = Pick<Stats, 'uid' | 'gid' | 'mode'>;

const STICKY = 0o1000;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * Why somebody else than root and `me` decides what this entry is or holds, in words that follow its name; null: nobody
 * does. A group counts as somebody else unless it is one's own first, which on most systems has one member.
 */
export function otherHand(entry: Entry, me: Person): string | null {
  if (entry.uid !== 0 && entry.uid !== me.uid) return `belongs to another user (uid ${entry.uid})`;
  // a link has no permissions of its own: its folder says who may replace it
  if ((entry.mode & FILE_TYPE) === SYMBOLIC_LINK) return null;
  if ((entry.mode & 0o002) !== 0) return 'can be written by every user of this machine';
  if ((entry.mode & 0o020) !== 0 && entry.gid !== me.gid) return `can be written by the group ${entry.gid}`;
  return null;
}

/** As otherHand(), of a folder on the way: in a sticky one nobody can replace what belongs to somebody else. */
export function otherHandAbove(entry: Entry, me: Person): string | null {
  const owner = { ...entry, mode: entry.mode & ~0o022 };
  return otherHand((entry.mode & STICKY) === 0 ? entry : owner, me);
}
