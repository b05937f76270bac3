/** The first bytes of what an object holds. */
export interface Sample {
  readonly bytes: Buffer;
  /** Nothing follows them. */
  readonly isAll: boolean;
  /** Bytes from further on, of an object that can be entered there; absent: none were read. */
  readonly later?: readonly LaterBytes[];
}

/** Bytes that stand together somewhere behind the first ones; they may begin and end inside of a record. */
export interface LaterBytes {
  readonly bytes: Buffer;
  /** Absolute, of the first of them. */
  readonly offset: number;
  /** The object ends with them. */
  readonly isEnd: boolean;
}
