import type { Decoder } from './decoder.ts';
import { gzip } from './gzip.ts';

/** Each way of packing that this version unpacks; one more is one more line. */
export const decoders: Readonly<Record<Decoder['kind'], Decoder>> = { gzip };

/** How the bytes that begin like these are packed; null: not, or in a way that formats/other-format.ts refuses. */
export function decoderOf(head: Buffer): Decoder | null {
  return Object.values(decoders).find(({ begins }) => begins(head)) ?? null;
}
