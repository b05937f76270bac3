import { TryAgain } from '../../protocol/errors.ts';
import type { LoadRequest } from '../../protocol/states.ts';
import { many, type Db } from '../../db/client.ts';
import { foreignBucket, type Sources } from '../../objects/sources.ts';
import { selectUnreportedDeclined } from '../loads/held-sql.ts';
import { type Load, readLoad } from '../loads/load.ts';
import { retryRequest } from './retries.ts';

/** 100 a run; what is left comes with the next. */
const reportsAtMost = 100;

/** Has the report of a load that was declined written anew, and loads nothing. */
export function reportRequest(load: Load): LoadRequest {
  return { ...retryRequest(load), reportOf: load.loadId };
}

/** Begins that for the loads of which nobody has yet; answers how many. Twice does no harm: the same report is written. */
export async function reportDeclined(
  db: Db,
  starting: {
    readonly onOneMachine: boolean;
    readonly sources: Sources;
    readonly start: (request: LoadRequest) => Promise<string>;
  },
): Promise<number> {
  const { onOneMachine, sources, start } = starting;
  let begun = 0;
  for (const { load_id: loadId } of await many<{ load_id: number }>(
    db,
    selectUnreportedDeclined({ onOneMachine, most: reportsAtMost }),
  )) {
    const load = await readLoad(db, loadId);
    // of another stack over the same ledger
    if (foreignBucket(load.object, sources) !== null) continue;
    try {
      await start(reportRequest(load));
    } catch (error) {
      // Step Functions asks to slow down
      if (error instanceof TryAgain) break;
      throw error;
    }
    begun += 1;
  }
  return begun;
}
