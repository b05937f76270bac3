/** Brings the bytes of one encoding to UTF-8, piece after piece; undefined bytes become the signs of core/decoding/undecodable.ts. */
export interface Transcoder {
  /** What so far is certain of the piece, in bytes of its own. At most 64 KiB at once. */
  readonly push: (piece: Buffer) => Buffer;
  /** The rest: bytes that are the beginning of a character. */
  readonly end: () => Buffer;
}

/** Bytes that are written one after the other, into a buffer that is used again. */
export interface Output {
  bytes: Buffer;
  length: number;
}

/** Room for what 64 KiB become where each byte is a character of three. */
export function emptyOutput(): Output {
  return { bytes: Buffer.allocUnsafeSlow(200 * 1024), length: 0 };
}

/** Makes room for so many bytes more. */
export function reserve(output: Output, more: number): void {
  if (output.length + more <= output.bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * (output.length + more));
  output.bytes.copy(larger, 0, 0, output.length);
  output.bytes = larger;
}

/** Writes bytes that are no loop's ordinary ones. */
export function append(output: Output, bytes: Uint8Array): void {
  reserve(output, bytes.length);
  output.bytes.set(bytes, output.length);
  output.length += bytes.length;
}

/** What was written, in bytes of its own; the output is empty then. */
export function taken(output: Output): Buffer {
  const bytes = Buffer.allocUnsafeSlow(output.length);
  output.bytes.copy(bytes, 0, 0, output.length);
  output.length = 0;
  return bytes;
}
