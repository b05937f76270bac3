import type { Tell } from '../aws/topic.ts';
import { gatheredMessage } from '../words/gathered-message.ts';
import { execute, many, type Db } from '../db/client.ts';
import { gatheringMinutes } from '../ledger/operations/told-failures.ts';
import {
  deleteToldLongAgo,
  selectGathered,
  updateGathered,
  type GatheredRow,
} from '../ledger/operations/told-failures-sql.ts';

/** Loads whose numbers a message has: the rest is a command away. */
const examples = 20;

/** A week: who is told of a failure again after it has been told of nothing for long. */
const keptDays = 7;

/** One message for all failures of a cause that came after one that was told at once; answers how many failures were told so. */
export async function tellGathered({
  db,
  tell,
  stack,
}: {
  readonly db: Db;
  readonly tell: Tell | null;
  readonly stack: string | null;
}): Promise<number> {
  if (tell === null) return 0;
  let told = 0;
  for (const gathered of await many<GatheredRow>(db, selectGathered(gatheringMinutes, examples))) {
    const { cause, failures, loads, still, first_at: from, last_at: until } = gathered;
    await tell(gatheredMessage({ cause, failures, loads, still, examples: gathered.examples, from, until }, stack));
    await execute(db, updateGathered(cause, until));
    told += failures;
  }
  await execute(db, deleteToldLongAgo(keptDays));
  return told;
}
