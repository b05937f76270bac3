import type { LoadReport } from '../../protocol/outcomes.ts';
import type { Db } from '../../db/client.ts';
import { readLoad } from '../../ledger/loads/load.ts';
import { keyOf, objectsOfRecords } from '../../ledger/objects/objects-of-records.ts';
import { readRejects } from '../rejects.ts';
import type { Example } from '../../words/summary-lines/reject-lines.ts';

/** One record for each of the five rules that rejected most: the first one in the file. By its reasons alone: a role may be kept from the bytes. */
export async function readExamples(
  db: Db,
  { loadId, rejectsByCode }: Pick<LoadReport, 'loadId' | 'rejectsByCode'>,
): Promise<readonly Example[]> {
  if (loadId === null) return [];
  const top = rejectsByCode.toSorted((a, b) => b.rejects - a.rejects).slice(0, 5);
  const load = await readLoad(db, loadId);
  const at = await objectsOfRecords(db, load);
  const examples: Example[] = [];
  for (const { code, column } of top) {
    const [reject] = await readRejects(db, { loadId, kind: 'reject', code, column, most: 1, withoutRaw: true });
    const reason = reject?.reasons.find((one) => one.code === code && one.column === column);
    if (reject === undefined || reason === undefined) continue;
    const { value, message } = reason;
    const object = keyOf(load, at(reject.record_no));
    examples.push({ code, column, value, message, line: reject.line, ...(object !== null && { object }) });
  }
  return examples;
}
