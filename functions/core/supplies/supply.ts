/**
 * What can be said of where a record came from: the number of the load that wrote the row, the object's key, the record's physical
 * line and its number in the object, both from 1, when the load began, and when the object was changed last.
 */
export const lineageKinds = ['load-id', 'object-key', 'line', 'record', 'loaded-at', 'object-time'] as const;

/** One of them. */
export type LineageKind = (typeof lineageKinds)[number];

/** Where the values of a column come from that no file brings. */
export type Supply =
  /** The same text for every record, read as PostgreSQL reads it. */
  | { readonly constant: string }
  /** Written with a row that is new or changed, and compared with none: what did not change stays as it is. */
  | { readonly lineage: LineageKind }
  /** Rows that are there are not marked as missing: false, or NULL where the mark is a moment. */
  | { readonly unmarked: true }
  /** What an expression of SQL says over these columns of the record, which PostgreSQL has parsed as one. */
  | { readonly derive: string; readonly columns: readonly string[] };
