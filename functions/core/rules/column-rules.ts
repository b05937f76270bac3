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
}
