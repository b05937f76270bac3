/** Why an index is never dropped, whatever anybody says. */
export type NeverDropped =
  | 'primary'
  | 'unique'
  | 'exclusion'
  | 'constraint'
  | 'replica identity'
  | 'invalid'
  | 'extension'
  | 'partitioned'
  | 'needed by others'
  | 'tablespace';

/** An index of the target, as the catalogue and the statistics have it. */
export interface IndexFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Null: it may be dropped, as far as the catalogue knows. */
  readonly stays: NeverDropped | null;
  /** Minutes since anybody read through it; null: never since the statistics began. */
  readonly usedMinutesAgo: number | null;
}

/** The target, and who else is at it. */
export interface TableFacts {
  /** Rows as the planner would estimate them now. */
  readonly rows: number;
  /** This role is the owner's, or a member of it, and may make something in the schema: both DROP and CREATE INDEX ask for it. */
  readonly mayRebuild: boolean;
  readonly isPartitioned: boolean;
  readonly owner: string;
  readonly role: string;
  /** Other sessions that hold a lock on the table now, those of Landfall left out. */
  readonly others: number;
}
