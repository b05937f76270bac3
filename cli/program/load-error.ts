import type { LoadReport } from '../../functions/protocol/outcomes.ts';

/** Why `load()` did not do what it was asked for. What becomes of the data is no error: that is in the report. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  /**
   * WRONG_USAGE: the order makes no sense, `problems` has all that is wrong with it. WRONG_PROJECT: the project's config.
   * NO_DATABASE: it cannot be reached, or not be loaded into. NO_EMBEDDED_SERVER: none was named, and the embedded one does not
   * start. Else the load began and ended as FAILED, and this is its report's code: the same order again goes on where it stopped.
   */
  readonly code: string;
  /** Each a sentence: what is wrong, and what is right. */
  readonly problems: readonly string[];
  /** Of a load that FAILED; else null. */
  readonly report: LoadReport | null;

  constructor(
    code: string,
    problems: readonly string[],
    { report = null, cause }: { readonly report?: LoadReport | null; readonly cause?: unknown } = {},
  ) {
    super(problems.join('\n'), { cause });
    this.code = code;
    this.problems = problems;
    this.report = report;
  }
}
