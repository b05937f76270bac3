import type { Db } from '../../db/client.ts';
import type { Load } from '../../ledger/loads/load.ts';
import { objectsOfRecords } from '../../ledger/objects/objects-of-records.ts';
import { readRejects as readRejectPages, reasonsIn } from '../../ledger/rejects/rejects-reading.ts';
import { type RuleMend, RuleMends } from '../../propose/mends/rule-mends.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { triedRejects } from '../../replay/tried-rejects.ts';
import { mayReadRaw, readRejects } from '../rejects.ts';

/** Rules that are asked about, those that most rejects broke; and rejects that are tried, the first ones. */
const [mostRules, mostRejects] = [5, 1_000];

/**
 * Under what the rejects of a load would be taken. Of a role that is kept from the bytes of records those values alone are tried that are shown
 * whole.
 */
export async function readMends(
  db: Db,
  load: Load,
  { rejectsByCode }: Pick<LoadReport, 'rejectsByCode'>,
): Promise<readonly RuleMend[]> {
  const { contract, loadId } = load;
  if (contract === null || rejectsByCode.length === 0) return [];
  const mends = new RuleMends(contract, rejectsByCode.toSorted((a, b) => b.rejects - a.rejects).slice(0, mostRules));
  const asTried = triedRejects();
  if (await mayReadRaw(db)) {
    const at = await objectsOfRecords(db, load);
    for await (const page of readRejectPages(db, loadId, mostRejects))
      for (const record of page) mends.look(asTried(record, at(record.record_no), reasonsIn(record)));
  } else {
    const rejects = await readRejects(db, { loadId, kind: 'reject', code: null, most: mostRejects, withoutRaw: true });
    for (const reject of rejects) mends.look(asTried(reject, load, reject.reasons));
  }
  return mends.found();
}
