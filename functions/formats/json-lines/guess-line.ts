import { LF } from '../../core/format/json-bytes.ts';

/**
 * Absolute offset where the first line at or after `from` starts, which is certain: no line feed stands inside a JSON string.
 * null where none starts in the window, nor where lines end otherwise (`recordEnd`, fixed width): behind the next such end. The window begins at windowOffset, one byte before `from`, or at it where that is 0.
 */
export function lineStart(
  window: Buffer,
  { windowOffset, from }: { readonly windowOffset: number; readonly from: number },
  recordEnd: Buffer | null = null,
): number | null {
  if (from === windowOffset) return window.length === 0 ? null : from;
  const ends = recordEnd ?? Buffer.of(LF);
  const at = window.indexOf(ends);
  const after = at + ends.length;
  return at === -1 || after === window.length ? null : windowOffset + after;
}
