import type { Limits } from '../core/contract.ts';
import { dispositions, offeredDispositions } from '../core/dispositions.ts';
import { count } from './quantities.ts';
import type { LoadCode } from '../protocol/load-codes.ts';
import type { Counts } from '../protocol/outcomes.ts';

/** What a load is refused with. */
export interface Refusal {
  readonly code: LoadCode;
  readonly message: string;
}

/**
 * A load of which every record was rejected is no success: its refusal, or null. Asked twice, at the gate of what the rules
 * let through, and at the end of what the target itself took. A file without records has nothing that could be rejected, and one of which records
 * wait for their parents is not over yet.
 */
export function nothingAccepted(
  { loadId, limits, anyWaits }: { readonly loadId: number; readonly limits: Limits; readonly anyWaits: boolean },
  counts: Omit<Counts, 'records'>,
): Refusal | null {
  const { rejected, duplicate } = counts;
  const accepted = offeredDispositions.reduce((records, name) => records + counts[dispositions[name].countedAs], 0);
  if (rejected === 0 || accepted > 0 || anyWaits || limits.allowAllRejected) return null;
  const all =
    rejected + duplicate === 1
      ? 'the only record is a reject'
      : `all ${count(rejected + duplicate)} records are rejects`;
  const repeated = duplicate === 0 ? '' : ` or their duplicates (${count(duplicate)})`;
  return {
    code: 'NOTHING_ACCEPTED',
    message: `${all}${repeated}: the target is untouched; see \`landfall rejects ${loadId}\` for the reasons, mend the file, the dataset or the table, and load it again`,
  };
}
