import type { CleaningFault } from '../../../functions/cleaning/step.ts';
import type { RejectCode } from '../../../functions/protocol/reject-codes.ts';

/** What becomes of cells in a column of one type under some steps. */
export interface CleaningCase {
  readonly type: string;
  /** As declared: `group:dot`. */
  readonly steps: readonly string[];
  /** Cell in quotes -> its text after all steps, which the type takes. */
  readonly becomes?: Readonly<Record<string, string | null>>;
  /** Cells that the steps leave as they are, and the type takes. */
  readonly stays?: readonly string[];
  /** What an empty cell without quotes becomes; absent: not asked. */
  readonly ofNull?: string | null;
  /** Cells that a step cannot read. */
  readonly unreadable?: Readonly<Partial<Record<CleaningFault, readonly string[]>>>;
  /** Cell that the type refuses once it is clean -> what it became then. */
  readonly refused?: Readonly<Partial<Record<RejectCode, Readonly<Record<string, string>>>>>;
}
