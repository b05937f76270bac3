/** What was decided of the target's indexes, and why. */
export interface StoredIndexPlan {
  readonly plan: 'keep' | 'rebuild';
  readonly why: string;
  readonly indexes: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly plan: 'keep' | 'rebuild';
    readonly why: string;
  }[];
}
