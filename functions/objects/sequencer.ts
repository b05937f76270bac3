/**
 * Orders two events of the same S3 key: negative where `left` is older, 0 where it is the same event. S3's rule: pad the
 * shorter on the right with zeros, compare as text. Meaningless between different keys.
 */
export function compareSequencers(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  const a = left.padEnd(length, '0').toUpperCase();
  const b = right.padEnd(length, '0').toUpperCase();
  return a < b ? -1 : a > b ? 1 : 0;
}
