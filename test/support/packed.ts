/** Bytes in pieces of one size, as a store may hand them out. */
export async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The same numbers for the same seed, from 0 below 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lines of a table, so many bytes of them. */
export function lines(random: () => number, bytes: number): Buffer {
  const text: string[] = [];
  for (let length = 0; length < bytes; length += (text.at(-1) as string).length) {
    text.push(`${Math.floor(random() * 1e6)},${random().toString(36)}\n`);
  }
  return Buffer.from(text.join('')).subarray(0, bytes);
}
