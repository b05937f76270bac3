import { LF } from './bytes.ts';

/**
 * Absolute offset where the first line at or after `from` starts, which is certain: no line feed stands inside a JSON string.
 * null where none starts in the window. The window begins at windowOffset, one byte before `from`, or at it where that is 0.
 */
export function lineStart(
  window: Buffer,
  { windowOffset, from }: { readonly windowOffset: number; readonly from: number },
): number | null {
  if (from === windowOffset) return window.length === 0 ? null : from;
  const lf = window.indexOf(LF);
  return lf === -1 || lf + 1 === window.length ? null : windowOffset + lf + 1;
}
