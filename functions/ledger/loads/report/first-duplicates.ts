import type { LoadReport } from '../../../protocol/outcomes.ts';
import { writesRecords } from '../../../decoding/steps.ts';
import { many, type Db } from '../../../db/client.ts';
import { keyOf, objectsOfRecords } from '../../objects/objects-of-records.ts';
import { type FirstDuplicate, selectFirstDuplicates } from '../../rejects/duplicates-sql.ts';
import { readLoad } from '../load.ts';

/** Duplicates that a report shows; all of them are counted. */
const mostDuplicates = 3;

/** Of a load that has some: the first of them, while the ledger keeps them. */
export async function firstDuplicatesOf(db: Db, loadId: number): Promise<Pick<LoadReport, 'firstDuplicates'>> {
  const found = await many<FirstDuplicate>(db, selectFirstDuplicates(loadId, mostDuplicates));
  if (found.length === 0) return {};
  const load = await readLoad(db, loadId);
  const at = await objectsOfRecords(db, load);
  return {
    firstDuplicates: found.map(({ record_no: record, line, message }) => {
      const of = at(record);
      const object = keyOf(load, of);
      // records of a document stand on no line of it
      const shownLine = writesRecords(of.decoding) ? null : line;
      return { record, line: shownLine, ...(object !== null && { object }), message };
    }),
  };
}
