import type { Refusal } from './nothing-accepted.ts';
import type { Contract } from '../core/contract.ts';
import { agreeing, declaredPercent, percent } from './quantities.ts';
import { isAdHoc } from './whose-dataset.ts';

/** Rejects among the records of a load. */
export interface Rejected {
  readonly loadId: number;
  /** Of the whole load; before all of it is read, as many as it can have. */
  readonly records: number;
  readonly rejected: number;
  /** Where not all of the load is judged: what was, in words. Null: all. */
  readonly part: { readonly words: string; readonly isRead: boolean } | null;
}

/** Why so many rejects are too many for the dataset's limits: a refusal a limit, none where they are not. More are only too many once more. */
export function tooManyRejects(contract: Contract, found: Rejected): readonly Refusal[] {
  return [aboveNumber(contract, found), aboveShare(contract, found)].filter((refusal) => refusal !== null);
}

function aboveNumber(contract: Contract, found: Rejected): Refusal | null {
  const { maxRejects } = contract.limits;
  const { rejected, part } = found;
  if (maxRejects === null || rejected <= maxRejects) return null;
  return {
    code: 'TOO_MANY_REJECTS',
    message: `${part === null ? '' : 'at least '}${rejected} ${agreeing(rejected, 'record is a reject', 'records are rejects')}, and maxRejects is ${maxRejects}: ${advice(contract, found, '--max-rejects')}`,
  };
}

function aboveShare(contract: Contract, found: Rejected): Refusal | null {
  const { maxRejectShare } = contract.limits;
  const { records, rejected, part } = found;
  if (maxRejectShare === null || records === 0 || rejected / records <= maxRejectShare) return null;
  const atLeast = part === null ? '' : 'at least ';
  const atMost = part === null || part.isRead ? '' : 'at most ';
  const share = percent(rejected / records);
  const limit = declaredPercent(maxRejectShare);
  return {
    code: 'TOO_MANY_REJECTS',
    message: `${atLeast}${rejected} of ${atMost}${records} ${agreeing(records, 'record', 'records')} (${share}) ${agreeing(rejected, 'is a reject', 'are rejects')}, and maxRejectShare is ${limit}: ${advice(contract, found, '--max-reject-share')}`,
  };
}

function advice(contract: Contract, { loadId, part }: Rejected, option: string): string {
  const stopped = part === null ? '' : `${part.words}; `;
  const raise = isAdHoc(contract) ? option : `the limit of dataset ${contract.dataset}`;
  return `${stopped}the target is untouched; see \`landfall rejects ${loadId}\` for the reasons, mend the file or raise ${raise}`;
}
