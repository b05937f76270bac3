import type { Refusal } from './nothing-accepted.ts';
import type { Contract } from '../core/contract.ts';
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

/** Why so many rejects are too many for the dataset's limits, or null. More are only too many once more. */
export function tooManyRejects(contract: Contract, { loadId, records, rejected, part }: Rejected): Refusal | null {
  const { maxRejects, maxRejectShare } = contract.limits;
  const atLeast = part === null ? '' : 'at least ';
  const atMost = part === null || part.isRead ? '' : 'at most ';
  const stopped = part === null ? '' : `${part.words}; `;
  const adviceTo = (option: string): string =>
    `${stopped}the target is untouched; see \`landfall rejects ${loadId}\` for the reasons, mend the file or raise ${isAdHoc(contract) ? option : `the limit of dataset ${contract.dataset}`}`;
  if (maxRejects !== null && rejected > maxRejects) {
    return {
      code: 'TOO_MANY_REJECTS',
      message: `${atLeast}${rejected} records are rejects, and maxRejects is ${maxRejects}: ${adviceTo('--max-rejects')}`,
    };
  }
  if (maxRejectShare !== null && records > 0 && rejected / records > maxRejectShare) {
    const share = `${((100 * rejected) / records).toFixed(2)} %`;
    const limit = `${Number((100 * maxRejectShare).toFixed(4))} %`;
    return {
      code: 'TOO_MANY_REJECTS',
      message: `${atLeast}${rejected} of ${atMost}${records} records (${share}) are rejects, and maxRejectShare is ${limit}: ${adviceTo('--max-reject-share')}`,
    };
  }
  return null;
}
