import type { Db } from '../../db/client.ts';
import type { PlannedLoad } from '../../ledger/loads/load.ts';
import type { Refusal } from '../../words/nothing-accepted.ts';
import type { Cause } from './cause.ts';
import { topReasonLines } from '../../ledger/rejects/top-reasons.ts';

/**
 * What a load is refused with, or null: the code of the first cause, or of the first that quotes the data, and every cause on a line of its own. Where rejects are why,
 * the reasons that most of them have follow, with their places and without a cell of theirs.
 */
export async function refusalOf(db: Db, load: PlannedLoad, causes: readonly Cause[]): Promise<Refusal | null> {
  const [first] = causes;
  if (first === undefined) return null;
  const reasons = causes.some(({ ofRejects }) => ofRejects === true) ? await topReasonLines(db, load) : [];
  const { code } = causes.find(({ quotes }) => quotes === true) ?? first;
  return { code, message: [...causes.map(({ message }) => message), ...reasons].join('\n') };
}
