import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute, maybeOne, type Db } from '../../db/client.ts';
import { giveTurnBack, selectTurn, takeTurn, type Operator, type TurnRow } from './operating-sql.ts';

/** 8 s: most verbs take well under one; a person is told of one that takes longer. */
const waitMs = 8_000;
const againMs = 250;

/**
 * Operations that change something come one after the other, so that each sees what the one before it did. The turn is a row of
 * the ledger, which only who may write the ledger can take, and it ends with the session of who has it.
 * @throws what `refused` answers, of who has the turn, where it did not come.
 */
export async function inTurn<T>(
  db: Db,
  { refused, ...asked }: Omit<Operator, 'token'> & { readonly refused: (holder: TurnRow) => Error },
  run: () => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  const until = performance.now() + waitMs;
  while ((await maybeOne(db, takeTurn({ ...asked, token }))) === null) {
    const holder = await maybeOne<TurnRow>(db, selectTurn());
    if (holder !== null && performance.now() > until) throw refused(holder);
    await sleep(againMs);
  }
  try {
    return await run();
  } finally {
    // a connection that was lost took the turn with it
    await execute(db, giveTurnBack(token)).catch(() => undefined);
  }
}
