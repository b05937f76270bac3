import type { Severity } from './severity.ts';

/** A predicate of the dataset over one record: rejected where it is false; NULL passes, as in a CHECK. */
export interface RecordRule {
  readonly name: string;
  /** One expression of SQL over the record's columns, which PostgreSQL has parsed as such. */
  readonly sql: string;
  /** The columns that it names; a file that fills not all of them is not judged by it. */
  readonly columns: readonly string[];
  /** What a reason says in place of the SQL. */
  readonly words?: string;
  /** Absent: reject. */
  readonly severity?: Severity;
}

/** A condition of the dataset over all accepted records of a load, which are there as a relation `staged`: it has to be true. */
export interface LoadRule {
  readonly name: string;
  /** One expression of SQL, or a SELECT of one value. */
  readonly sql: string;
  /** What the refusal says in place of what it answers. */
  readonly words?: string;
  /** Absent: refuse. */
  readonly severity?: 'warn' | 'refuse';
}
