import type { Html } from './html.ts';

/** As many of them, in their order, as take no more bytes than there is room for. */
export function within(made: readonly (() => Html)[], roomBytes: number): readonly Html[] {
  const shown: Html[] = [];
  let left = roomBytes;
  for (const make of made) {
    const next = make();
    left -= Buffer.byteLength(next.text);
    if (left < 0) break;
    shown.push(next);
  }
  return shown;
}
