/** A record found again by its place; its line counts as that of where reading began does. */
export interface LocatedRecord {
  readonly byteOffset: number;
  /** Without the line end. */
  readonly byteLength: number;
  readonly line: number;
  /** A copy. */
  readonly raw: Buffer;
}
