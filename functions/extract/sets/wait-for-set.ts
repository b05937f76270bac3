import type { LoadRejected } from '../../protocol/errors.ts';
import { loadCodes } from '../../protocol/load-codes.ts';
import type { Dataset } from '../../compile/declaration/schema.ts';
import { one, type Db } from '../../db/client.ts';
import { insertSetStart } from '../../ledger/windows/set-starts-sql.ts';
import type { StoredObject } from '../../objects/store.ts';
import { secondsToLook } from '../wait.ts';

/** A manifest or marker, and what keeps the objects that it asks for from being loaded. */
interface Start {
  readonly starter: StoredObject;
  readonly dataset: Dataset;
  readonly refusal: LoadRejected | null;
}

/**
 * Notes that what starts a set of the dataset was seen. Answers the seconds until the load looks again for an object that is listed and not
 * there; null: all are there, it has waited as long as the dataset says, or waits for none: on one machine the next load would wait too.
 */
export async function waitForSet(
  db: Db,
  { starter, dataset: { name, set }, refusal }: Start,
  onOneMachine: boolean,
): Promise<number | null> {
  if (set === undefined) return null;
  const { seconds } = await one<{ seconds: number }>(db, insertSetStart(name, starter));
  if (refusal?.code !== loadCodes.OBJECT_GONE || onOneMachine) return null;
  const left = 60 * set.waitMinutes - seconds;
  if (left <= 0) return null;
  return Math.ceil(Math.min(left, secondsToLook(seconds, onOneMachine)));
}
