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

/** A message lists the numbers of so many loads, and names the command that lists all. */
const examples = 20;

/** A week: a cause that was told longer ago is forgotten, and its next failure is told at once. */
const keptDays = 7;

/** The first failure of a cause is told at once; this tells those that followed in one message a cause. Answers how many they were. */
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
