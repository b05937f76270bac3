/** What the source says of an object, for comparison with what was read of it. Absent: it says nothing of that. */
export interface ControlTotals {
  /** Records of the object, those that are rejected too. */
  readonly records?: number | undefined;
  /** By column, as the table or the file's header names it: the exact sum over all records, decimal text. */
  readonly sums?: Readonly<Record<string, string>> | undefined;
  /** Of the object's bytes as they lie in the bucket, packed where it is packed: hexadecimal, lower case. */
  readonly sha256?: string | undefined;
  readonly md5?: string | undefined;
}

/** Control totals, and who says so: the name of a sidecar, or the request. */
export interface ControlDemand extends ControlTotals {
  readonly from: string;
  /** Why something that it should say cannot be read, in words. Absent: all can. */
  readonly troubles?: readonly string[];
}

/** Digests that a source may give. */
export const digestNames = ['sha256', 'md5'] as const;
/** One of them. */
export type DigestName = (typeof digestNames)[number];

/** As computed of the object's bytes; only those that a demand asks for. */
export type Digests = Readonly<Partial<Record<DigestName, string>>>;

/** What was counted in the load's staging for its control totals and its limits. */
export interface Figures {
  /** Of the staging that it was counted in. */
  readonly epoch: string;
  readonly sums: readonly ColumnSum[];
  /** Accepted records, where NULLs were counted among them; absent: they were not. */
  readonly accepted?: number;
  readonly nulls?: readonly ColumnNulls[];
}

/** How many accepted records are NULL in a column; all, where the file does not have it. */
export interface ColumnNulls {
  readonly column: string;
  readonly nulls: number;
}

/** Exact sums of one column, decimal text; NULL adds nothing. */
export interface ColumnSum {
  readonly column: string;
  /** As the demands call it: the table's name, or the header's. */
  readonly names: readonly string[];
  /** Over all records of the object, of rejects where the cell is a number. */
  readonly source: string;
  /** Rejects whose cell cannot be known, or is no number: with one of them nobody knows the source's sum. */
  readonly unknown: number;
  /** Of accepted records that are to be written, as the target's type has them. */
  readonly written: string;
  /** Of accepted records that the target has already. */
  readonly unchanged: string;
}

/** The digests that these demands ask for. */
export function digestsAsked(demands: readonly ControlDemand[]): readonly DigestName[] {
  return digestNames.filter((name) => demands.some((demand) => demand[name] !== undefined));
}
