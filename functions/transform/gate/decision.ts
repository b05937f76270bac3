import type { Held } from '../../ledger/loads/held-sql.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { WouldBe } from '../../ledger/loads/would-be-sql.ts';
import { heldMessage } from '../../words/held-message.ts';
import type { Refusal } from '../../words/nothing-accepted.ts';
import type { Cause } from './cause.ts';
import { heldOf } from './hold.ts';

/** What becomes of the load; where it is refused or held, with why. */
export type Decision =
  | { readonly gate: 'merge' | 'dryRun'; readonly refusal: null }
  | { readonly gate: 'refuse'; readonly refusal: Refusal }
  | {
      readonly gate: 'hold';
      readonly refusal: { readonly code: string | null; readonly message: string };
      readonly held: Held;
      readonly days: number;
    };

/** Against a load: every cause, and all of them as what it would be refused with. */
export interface Against {
  readonly causes: readonly Cause[];
  readonly refusal: Refusal | null;
}

/** Judged on the whole load, before anything is merged. A dry run asks nobody. */
export function decisionOn(load: PlannedLoad, wouldBe: WouldBe, { causes, refusal }: Against): Decision {
  const { contract, request, execution, loadId } = load;
  if (refusal !== null && (request.dryRun || contract.hold === undefined || !causes.every(mayBeApproved)))
    return { gate: 'refuse', refusal };
  if (request.dryRun) return { gate: 'dryRun', refusal: null };
  const codes = [...new Set(causes.map(({ code }) => code))];
  const held = heldOf(load, wouldBe, codes);
  if (held === null || contract.hold === undefined) return { gate: 'merge', refusal: null };
  const { days } = contract.hold;
  const words = {
    loadId,
    counts: held.counts,
    broken: refusal?.message ?? null,
    moved: held.moved,
    // no sweep comes by on one machine
    days: execution?.startsWith('arn:') === true ? days : null,
  };
  return { gate: 'hold', refusal: { code: refusal?.code ?? null, message: heldMessage(words) }, held, days };
}

/** Where no record is left there is nothing to say yes to. */
function mayBeApproved({ kind, code }: Cause): boolean {
  return kind === 'limit' && code !== 'NOTHING_ACCEPTED';
}
