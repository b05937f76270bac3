import type { Figures } from '../../core/control/totals.ts';
import type { Diff } from '../../protocol/diff.ts';
import type { LoadCode } from '../../protocol/load-codes.ts';
import type { NullHistory } from '../../ledger/control/null-history-sql.ts';
import type { RefusedBy } from '../../ledger/rejects/refused-sql.ts';
import type { RowsThere } from './changed/rows-there.ts';
import type { BrokenLoadRule } from './load-rules.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';

/** Why a load may not reach its target as it is. */
export interface Cause {
  readonly code: LoadCode;
  /** What, of how many, and what to do; on one line. Without content of the file where wordsMayBeTold says so of the code. */
  readonly message: string;
  /**
   * limit: more or less than the dataset takes without asking; a person may approve it. contradiction: the data are not what their
   * source says they are, or what the dataset demands without exception; nobody can approve that.
   */
  readonly kind: 'limit' | 'contradiction';
  /** Rejects are why: the refusal shows the reasons that most of them have. */
  readonly ofRejects?: true;
  /** The message has values of rows: the code of the refusal is then one of which no word is told elsewhere. */
  readonly quotes?: true;
}

/** All that the causes are judged by, read once. */
export interface GateView {
  readonly load: PlannedLoad;
  /** What would become of the records, as the ledger has it. */
  readonly counts: WouldBe;
  /**
   * Of the rejects, those of the target itself that a dry run knows: a load meets them behind the gate, where no limit is
   * asked any more.
   */
  readonly foreseen: number;
  /** What it would change of rows that are there. */
  readonly diff: Diff;
  /** Rows of the target, which shares of changed ones are of; null: no limit asks for them. */
  readonly rowsThere: RowsThere | null;
  /** What was counted in staging; null: nothing was asked for. */
  readonly figures: Figures | null;
  /** Rows that the target had, of the load's scope where it has one; null: it deletes none. */
  readonly rowsBefore: number | null;
  /** How often columns of limits.nullShare were NULL in the loads before. */
  readonly nullHistory: readonly NullHistory[];
  /** Rejects by code, of those in limits.maxRejectsByCode. */
  readonly rejectsOfCodes: readonly { readonly code: string; readonly records: number }[];
  /** Of the rejects some miss nothing but a parent, and the dataset lets these wait for it. */
  readonly anyWaits: boolean;
  /** Rules of the dataset that refuse the load, which rejects broke. */
  readonly refused: readonly RefusedBy[];
  /** Its rules over the whole load that do not hold. */
  readonly ofLoad: readonly BrokenLoadRule[];
}

/** One kind of cause: all of its kind that the view shows. Pure. */
export type Judge = (view: GateView) => readonly Cause[];
