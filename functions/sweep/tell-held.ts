import type { Tell } from '../aws/topic.ts';
import { execute, many, type Db } from '../db/client.ts';
import { selectUntoldHeld, updateHeldTold, type UntoldHeld } from '../ledger/loads/held-sql.ts';
import { heldMail } from '../words/held-message.ts';

/** A message shows so many; the next run tells of those behind them. */
const shown = 20;

/**
 * Tells people of loads that began to wait for a yes since the last run, in one message: the alarm says that there is one, this says
 * which and what to type. Answers how many. A run that is killed between telling and marking tells them once more.
 */
export async function tellHeld({
  db,
  tell,
  stack,
}: {
  readonly db: Db;
  readonly tell: Tell | null;
  readonly stack: string | null;
}): Promise<number> {
  if (tell === null) return 0;
  const waiting = await many<UntoldHeld>(db, selectUntoldHeld(shown));
  if (waiting.length === 0) return 0;
  await tell(heldMail(waiting, stack));
  await execute(db, updateHeldTold(waiting.map(({ load_id: loadId }) => loadId)));
  return waiting.length;
}
