/** The input makes no sense; every problem in words. Nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly problems: readonly string[];
  /** @param problems each one what is wrong and what to type instead. */
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** What was asked for makes sense and would do harm, or cannot be done now. Nothing was done. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
}

/** For a load that the ledger does not hold. */
export function noSuchLoad(loadId: number): string {
  return `the ledger has no load ${loadId}; \`landfall status\` lists the last ones`;
}
