import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Context } from '../context.ts';
import { loadOne, type LoadSession } from '../loading/load-one.ts';
import { noView } from '../loading/progress.ts';
import { askHere, operateVerbOf, viewOf } from '../operating/operator.ts';
import type { TypedPlace } from '../typed/command-at.ts';
import { refuseForeignFile } from '../typed/foreign-file.ts';

/** A person's answer to a load that is held. */
export interface Answer {
  readonly verb: 'approve' | 'decline';
  readonly loadId: number;
  readonly reason: string | null;
}

/** Called when a load that an answer let go on has ended. */
export type Loaded = (request: LoadRequest, report: LoadReport, milliseconds: number) => Promise<void>;

/**
 * What the verbs `approve` and `decline` do when they are typed: the same checks, and the same line in landfall.operations. Answers what
 * they say; the load that goes on is on the page, and `loaded` is called at its end. Throws UsageError and CommandError.
 */
export async function answerHeld(
  { verb, loadId, reason }: Answer,
  { session, typed, loaded }: { readonly session: LoadSession; readonly typed: TypedPlace; readonly loaded: Loaded },
  context: Context,
): Promise<string> {
  const requests: LoadRequest[] = [];
  const { connect, target } = session;
  const executions = {
    start: async (request: LoadRequest) => {
      if (verb === 'approve') await connect((db) => refuseForeignFile(db, request));
      return `this command, load ${requests.push(request)}`;
    },
    stop: () => Promise.reject(new Error('the page stops no load')),
    lookAt: () => Promise.resolve(null),
  };
  const question = { verb, input: { loadId }, why: reason };
  const answer = await connect((db) => askHere(question, { db, target, executions }, context));
  const { show } = await operateVerbOf(verb);
  for (const request of requests) {
    const startedAt = performance.now();
    loadOne(request, session, noView)
      .then((report) => loaded(request, report, performance.now() - startedAt))
      .catch((error: unknown) => context.err(`${(error as Error).message}\n`));
  }
  return show(answer, viewOf(context, typed)).trim();
}
