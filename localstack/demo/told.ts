import type { LoadReport } from '../../functions/protocol/outcomes.ts';

/** One load of the demo, and what it showed. */
export interface Told {
  readonly name: string;
  readonly report: LoadReport;
  readonly milliseconds: number;
}
