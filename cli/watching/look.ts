import type { Status } from '../../functions/operate/verbs/status.ts';
import type { Context } from '../context.ts';
import { namedDatabase, openTarget, withDatabase } from '../database/database.ts';
import { hasLedger } from '../database/ledger-reads.ts';
import { nothingYet } from '../operating/nothing-yet.ts';
import { askHere } from '../operating/operator.ts';

const question = { verb: 'status', input: {}, why: null };

/** Asks again and again: on this machine over a connection of each look's own. Throws CommandError where it could not be asked. */
export async function looks(
  { databaseUrl, stack }: { readonly databaseUrl: string | undefined; readonly stack: string | undefined },
  context: Context,
): Promise<() => Promise<Status>> {
  if (stack !== undefined) {
    const { askStack } = await import('../operating/stack.ts');
    let told = false;
    const note = (words: string): void => {
      if (!told) context.err(`${words}\n`);
      told = true;
    };
    return async () => ofAnyVersion((await askStack(question, stack, note)) as Answered);
  }
  const named = namedDatabase(databaseUrl, context);
  return async () => {
    const target = await openTarget(named, context, { start: false });
    if (target === null) return nothingYet;
    return await withDatabase(target, async (db) =>
      (await hasLedger(db)) ? ((await askHere(question, { db, target }, context)) as Status) : nothingYet,
    );
  };
}

/** What a stack of an earlier version answers lacks these. */
type Answered = Omit<Status, 'running' | 'waiting' | 'openRejects'> &
  Partial<Pick<Status, 'running' | 'openRejects'>> & {
    readonly waiting: readonly (Omit<Status['waiting'][number], 'order'> & { readonly order?: number[] })[];
  };

function ofAnyVersion(answer: Answered): Status {
  const waiting = answer.waiting.map((queue) => ({ ...queue, order: queue.order ?? [queue.next] }));
  return {
    ...answer,
    running: answer.running ?? [],
    openRejects: answer.openRejects ?? nothingYet.openRejects,
    waiting,
  };
}
