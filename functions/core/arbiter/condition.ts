/** What a partial unique index asks of a row of one column: nothing else is understood of a predicate. */
export interface Condition {
  readonly column: string;
  readonly is: 'null' | 'not null' | 'true' | 'false';
}
