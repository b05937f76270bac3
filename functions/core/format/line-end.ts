import type { LineEnd } from './file-format.ts';

/** How lines end where no record tells: with a carriage return where bytes hold one, and no line feed. */
export function lineEndIn(bytes: Buffer): LineEnd {
  return bytes.includes(0x0d) && !bytes.includes(0x0a) ? 'cr' : 'lf';
}
