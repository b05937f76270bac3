/** What the dataset demands of a column beyond the table's own constraints; absent: nothing. */
export interface ColumnRules {
  readonly required?: boolean;
  /** Decimal text, compared as numeric; of dates and moments ISO 8601, where there is no offset in the load's zone. */
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A POSIX regular expression of PostgreSQL. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
  /** Of dates and moments: not after, not before the start of the load. */
  readonly notFuture?: boolean;
  readonly notPast?: boolean;
  /** A value is in the file once; what repeats it is rejected. */
  readonly unique?: boolean;
  /** Where a value has to be. */
  readonly lookup?: Lookup;
  /** Of the accepted records of a load: how many may be without a value, 0 to 1, and how many values differ. They refuse the load, or warn. */
  readonly maxNullShare?: number;
  readonly distinctAtLeast?: number;
}

/** A column of another table, or a list that was read from a file. */
export type Lookup =
  | { readonly schema: string; readonly table: string; readonly column: string }
  | { readonly from: string; readonly sha256: string; readonly values: readonly string[] };
