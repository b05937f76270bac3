import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { SWEEP } from '../../functions/protocol/passing-causes.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Context } from '../context.ts';
import { loadOne, type LoadSession } from './load-one.ts';
import { noView } from './progress.ts';

/**
 * What the sweep of a stack does with rejects that wait for their parents, on one machine by the command that loaded: those whose
 * parents came are judged again, now. `tell` is called with each replay's report.
 */
export async function replayAwaited(
  session: LoadSession,
  { outcomes, context }: { readonly outcomes: readonly LoadReport['outcome'][]; readonly context: Here },
  tell: (report: LoadReport, of: number) => void,
): Promise<void> {
  if (!outcomes.includes('LOADED')) return;
  const { replayAwaiting } = await import('../../functions/replay/awaited-parents.ts');
  const before = new Set<number>();
  // what is replayed may be the parent of others
  while (!session.signal.aborted) {
    const requests: LoadRequest[] = [];
    const start = async (request: LoadRequest): Promise<string> =>
      await Promise.resolve(`this command, load ${requests.push(request)}`);
    const begun = await session.connect((db) =>
      replayAwaiting(db, { by: SWEEP, onOneMachine: true, sources: null, isHere: isHere(context), start, but: before }),
    );
    if (begun.length === 0) return;
    for (const [i, request] of requests.entries()) {
      const of = begun[i] ?? 0;
      before.add(of);
      tell(await loadOne(request, session, noView), of);
      if (session.signal.aborted) return;
    }
  }
}

/** What of a context says what a replay may need. */
type Here = Pick<Context, 'project' | 'home'>;

/** Reading datasets takes 0.1 s: only where something is due that names one. */
function isHere(context: Here): (request: LoadRequest) => Promise<boolean> {
  return async (request) => {
    const { typedSqlHere } = await import('./keep-sql.ts');
    const { whyNotHere } = await import('../../functions/contract/dataset-of.ts');
    const { datasets } = request.dataset === undefined ? { datasets: [] } : await context.project.declared();
    return whyNotHere(request, { datasets, typedSql: typedSqlHere(context) }) === null;
  };
}

/** A load that was held, and of which the object was loaded anew, is declined: its report says so. */
export async function reportReplaced({ connect, ...session }: LoadSession): Promise<void> {
  const { reportDeclined } = await import('../../functions/ledger/operations/declined-reports.ts');
  const requests: LoadRequest[] = [];
  const start = async (request: LoadRequest): Promise<string> =>
    await Promise.resolve(`this command, report ${requests.push(request)}`);
  await connect((db) => reportDeclined(db, { onOneMachine: true, sources: null, start }));
  for (const request of requests) await loadOne(request, { connect, ...session }, noView);
}
