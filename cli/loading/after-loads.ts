import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Context } from '../context.ts';
import { forgetOld } from './forget-old.ts';
import type { LoadSession } from './load-one.ts';
import { replayAwaited, reportReplaced } from './replay-awaiting.ts';

/** What a stack's sweep does once in a while, done on one machine by who has just loaded. `tell` is called with each replay's report. */
export async function afterLoads(
  {
    requests,
    outcomes,
  }: { readonly requests: readonly LoadRequest[]; readonly outcomes: readonly LoadReport['outcome'][] },
  session: LoadSession,
  context: Pick<Context, 'project' | 'home' | 'env' | 'err'>,
  tell: (report: LoadReport, of: number) => void = () => undefined,
): Promise<void> {
  if (requests.some(({ force, dryRun }) => force && !dryRun)) await reportReplaced(session);
  await replayAwaited(session, { outcomes, context }, tell);
  await forgetOld(requests, session, context);
}
