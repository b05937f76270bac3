/** A record found again by its place; its line counts as that of where reading began does. */
export interface LocatedRecord {
  readonly byteOffset: number;
  /** Its offset in its own object, where byteOffset counts through several. Absent: the same. */
  readonly ownOffset?: number;
  /** Without the line end. */
  readonly byteLength: number;
  readonly line: number;
  /** A copy. */
  readonly raw: Buffer;
}
