/** How one value of a column, of whom bytes[from, from + length) are the plain encoding, is written as text. */
export interface ValueText {
  /** At most so many bytes does it take. @param length of the value. */
  readonly most: (length: number) => number;
  /** Writes it at out[at]; answers where it ends. */
  readonly write: WriteValue;
}

/** Once a value: its place comes without an object around it. */
export type WriteValue = (bytes: Buffer, from: number, length: number, out: Buffer, at: number) => number;

/** Of values that take no more than so many bytes, whatever their length. */
export function atMost(bytes: number, write: WriteValue): ValueText {
  return { most: () => bytes, write };
}
