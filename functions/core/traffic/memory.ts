/** What statements over a whole load may take of the server, in kB as its settings count. */
export interface Memory {
  readonly workMemKb: number;
  readonly hashMemMultiplier: number;
  /** Parallel workers of one statement, at most. */
  readonly workers: number;
  /** Of an index build, shared by its workers. */
  readonly maintenanceWorkMemKb: number;
  readonly maintenanceWorkers: number;
  /** In words: of which estimate it is a part, or who said it. */
  readonly why: string;
}
