/** The first bytes of what an object holds. */
export interface Sample {
  readonly bytes: Buffer;
  /** Nothing follows them. */
  readonly isAll: boolean;
}
