/** Where the values of a column come from that no file brings. */
export type Supply = {
  /** The same text for every record, read as PostgreSQL reads it. */
  readonly constant: string;
};
