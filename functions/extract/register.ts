import type { z } from 'zod';
import { LoadRejected } from '../protocol/errors.ts';
import type { LoadRequest, registerInput, registerOutput } from '../protocol/states.ts';
import type { Db } from '../db/client.ts';
import { execute } from '../db/client.ts';
import { targetOf } from '../compile/compile.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { showTarget } from '../core/target-name.ts';
import { claimLoad } from '../ledger/loads/claim.ts';
import { findLoad } from '../ledger/loads/load.ts';
import { selectLoad } from '../ledger/loads/loads-sql.ts';
import { requireCurrentLedger } from '../ledger/trust/current-ledger.ts';
import type { LedgerOwner } from '../ledger/trust/ledger-roles-sql.ts';
import type { Load } from '../ledger/loads/load.ts';
import { updateControl } from '../ledger/control/control-sql.ts';
import { updateContract, updateRefusal } from '../ledger/loads/loads-sql.ts';
import { foreignBucket, type Sources } from '../objects/sources.ts';
import type { ObjectStore } from '../objects/store.ts';
import { compileFor, type Declared, datasetOf } from '../contract/dataset-of.ts';
import { insertObjects } from '../ledger/objects/objects-sql.ts';
import type { Gathered } from '../ledger/windows/gather.ts';
import { updateSetStart } from '../ledger/windows/set-starts-sql.ts';
import { updateWindowLoad } from '../ledger/windows/windows-sql.ts';
import { type Asked, headOf, objectOf } from './sets/asked-objects.ts';
import { judgedOtherwise } from './judged-otherwise.ts';
import { requestOf } from './request-of.ts';
import { readSidecars } from './sidecars/read-sidecars.ts';
import { gatheredFor, toldGathered } from './sets/gathered.ts';
import { loadedBefore } from './sets/loaded-before.ts';
import { noSidecars } from './sets/no-sidecars.ts';
import type { Requested } from './sets/requested-objects.ts';
import { waitForSet } from './sets/wait-for-set.ts';
import { sqlInRequest } from './sql-in-request.ts';
import { unstorableName } from './unstorable-name.ts';

type Answer = z.input<typeof registerOutput>;

/** What Register needs beside its input. */
export interface RegisterDeps extends Declared {
  readonly db: Db;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  readonly ledgerOwner: LedgerOwner;
  readonly sources: Sources;
  /** Whoever waits there for more files does so in the folder that it watches. */
  readonly onOneMachine: boolean;
}

/**
 * The state Register: claims the load and stores its contract. What is already loaded or nobody's business ends here,
 * without a byte of the object read; a load that is refused here is a load all the same, so that it is reported.
 */
export async function register(input: z.output<typeof registerInput>, deps: RegisterDeps): Promise<Answer> {
  const told = requestOf(input.request, deps.datasets);
  if ('ignored' in told) return end('IGNORED', null, told.ignored.code, told.ignored.message);
  const { yesTo = null, ...asked } = told;
  const foreign = foreignBucket(asked, deps.sources);
  if (foreign !== null) return end('REJECTED', null, foreign.code, foreign.message);
  const statement = sqlInRequest(asked);
  if (statement !== null) return end('REJECTED', null, statement.code, statement.message);
  await requireCurrentLedger(deps.db, deps.ledgerOwner);
  if (asked.reportOf !== undefined) return await reportAnew(deps.db, asked.reportOf);
  const dataset = datasetOrRefusal(asked, deps);
  if (dataset instanceof LoadRejected) return end('REJECTED', null, dataset.code, dataset.message);
  const unstorable = unstorableName({ ...asked, dataset: dataset.name });
  if (unstorable !== null) return end('REJECTED', null, unstorable.code, unstorable.message);
  const { db, onOneMachine } = deps;
  const { execution } = input;
  const gathered = onOneMachine
    ? null
    : await gatheredFor(asked, dataset, { db, execution, head: () => headOf(asked, deps) });
  if (gathered !== null && gathered.kind !== 'load') return gatheredAnswer(gathered);
  const request = gathered === null ? asked : ofWindow(asked, gathered.windowId);
  const { object, objects, refusal, starter = null } = await objectOf(request, dataset, deps);
  const start = starter === null ? null : { starter, dataset, refusal };
  const waitSeconds = start === null ? null : await waitForSet(db, start, onOneMachine);
  if (waitSeconds !== null) return waits(waitSeconds);
  const before =
    request.force || refusal !== null ? null : await loadedBefore(deps.db, dataset.name, { object, objects });
  if (before !== null && request.replay === undefined) {
    await noteStart(request, start, before.loadId, db);
    return end('ALREADY_LOADED', before.loadId, null, before.message);
  }
  const { kind, load } = await claimLoad(deps.db, {
    dataset: dataset.name,
    target: showTarget(targetOf(dataset)),
    object,
    request,
    execution: input.execution,
    yesTo,
  });
  await noteStart(request, start, load.loadId, db);
  if (kind === 'ended') {
    if (load.reportPath === null) return toEnd(load);
    if (load.code === 'DECLINED') return end('REJECTED', load.loadId, load.code, load.message);
    if (load.outcome === 'HELD') return end('HELD', load.loadId, load.code, load.message);
    return end('ALREADY_LOADED', load.loadId, null, await judgedOtherwise(deps.db, load, { dataset, request }));
  }
  if (objects !== null) await execute(deps.db, insertObjects(load.loadId, objects));
  // a load that was begun may have all it needs in staging, or even run at this moment: its own steps tell
  if (refusal !== null && load.attempt === 0) return await refuse(deps.db, load.loadId, load.attempt, refusal);
  try {
    if (refusal === null && !load.gated && request.replay === undefined)
      await readControl(load, { request, objects, dataset }, deps);
    if (load.contract === null) {
      const { contract, hash } = await compileFor(deps.db, dataset);
      await execute(deps.db, updateContract(load.loadId, contract, hash));
    }
  } catch (error) {
    if (error instanceof LoadRejected) return await refuse(deps.db, load.loadId, load.attempt, error);
    throw error;
  }
  return { ...unsaid, loadId: load.loadId, attempt: load.attempt, decision: 'proceed' };
}

/** What an answer holds where it says nothing of it. */
const unsaid = { seal: null, waitSeconds: 0, outcome: null, code: null, message: null } as const;

/** Its object is another execution's to load, or this one's in a while. */
function gatheredAnswer(gathered: Exclude<Gathered, { kind: 'load' }>): Answer {
  switch (gathered.kind) {
    case 'wait':
      return waits(gathered.seconds);
    case 'loaded':
      return end('ALREADY_LOADED', gathered.loadId, null, null);
    case 'gathered': {
      const { outcome, code, message } = toldGathered(gathered);
      return end(outcome, gathered.loadId, code, message);
    }
  }
}

/** What stands in the ledger, and is asked again by whoever goes on: all that is in the window, whoever brought it. */
function ofWindow({ gather: _, sequencer: _its, ...asked }: Asked, window: number): Asked {
  return { ...asked, versionId: null, window };
}

/** Register is asked again in a while. */
function waits(waitSeconds: number): Answer {
  return { ...unsaid, loadId: null, attempt: 0, decision: 'wait', waitSeconds };
}

/** What started the load is known by it from now on. */
async function noteStart(
  { window }: LoadRequest,
  start: Parameters<typeof waitForSet>[1] | null,
  loadId: number,
  db: Db,
): Promise<void> {
  if (window !== undefined) await execute(db, updateWindowLoad(window, loadId));
  if (start?.dataset.set !== undefined) await execute(db, updateSetStart(start.dataset.name, start.starter, loadId));
}

/** A load that was declined: Finish finds its outcome, Report writes that. Where somebody has written it there is nothing to do. */
async function reportAnew(db: Db, loadId: number): Promise<Answer> {
  const load = await findLoad(db, selectLoad(loadId));
  if (load?.code === 'DECLINED' && load.outcome === 'REJECTED' && load.reportPath === null) return toEnd(load);
  return end('IGNORED', load?.loadId ?? null, null, null);
}

/** What was asked for, or why it cannot be: there is no load yet that could be refused. */
function datasetOrRefusal(request: LoadRequest, deps: RegisterDeps): Dataset | LoadRejected {
  try {
    return datasetOf(request, deps);
  } catch (error) {
    if (error instanceof LoadRejected) return error;
    throw error;
  }
}

interface Controlled extends Pick<Requested, 'objects'> {
  readonly request: LoadRequest;
  readonly dataset: Dataset;
}

/** What the object is said to hold: by the request, and by what lies beside it, which is of the whole object and no replay's. A load that was begun is not refused here: what was read before stands. */
async function readControl(
  { loadId, object, attempt }: Load,
  { request: { control }, objects, dataset }: Controlled,
  deps: RegisterDeps,
): Promise<void> {
  const asked = control === undefined ? [] : [{ from: 'the request', ...control }];
  try {
    const store = await deps.storeFor(object.bucket);
    const told = objects === null ? await readSidecars(store, object) : await noSidecars(store, objects, dataset);
    await execute(deps.db, updateControl(loadId, [...asked, ...told]));
  } catch (error) {
    if (!(error instanceof LoadRejected) || attempt === 0) throw error;
  }
}

async function refuse(db: Db, loadId: number, attempt: number, refusal: LoadRejected): Promise<Answer> {
  await execute(db, updateRefusal(loadId, attempt, refusal.code, refusal.message));
  return { ...unsaid, loadId, attempt, decision: 'finish', code: refusal.code };
}

/** It ended, but its execution did not get to the report: Finish tidies up once more, Report renders it. */
function toEnd({ loadId, attempt, outcome }: Load): Answer {
  return { ...unsaid, loadId, attempt, decision: 'finish', outcome };
}

function end(
  outcome: 'ALREADY_LOADED' | 'HELD' | 'IGNORED' | 'REJECTED',
  loadId: number | null,
  code: string | null,
  message: string | null,
): Answer {
  return { ...unsaid, loadId, attempt: 0, decision: 'end', outcome, code, message };
}
