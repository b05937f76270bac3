import type { FunctionName } from '../../functions/protocol/pipeline.ts';

/** What a function may do beside its own log: each line becomes statements of its role, and nothing else does. */
export interface FunctionAccess {
  /** loader: the role of loads. owner: the one that migrates. */
  readonly database?: 'loader' | 'owner';
  /** It reads byte ranges of landed objects. */
  readonly readsLanding?: true;
  /** It looks at what has landed: keys, sizes and times, no content. */
  readonly listsLanding?: true;
  /** It writes the records of a replay into the landing bucket, below a prefix that is no dataset's. */
  readonly writesReplays?: true;
  /** It writes report.json and the rejects file. */
  readonly writesReports?: true;
  /** It deletes reports that are older than their dataset keeps them; it reads none. */
  readonly forgetsReports?: true;
  /** It starts, stops and looks at executions of the one state machine. */
  readonly startsLoads?: true;
  /** It writes to people. */
  readonly publishes?: true;
  /** It brings files from HTTPS addresses: the only writer of uploads, under the prefixes of its datasets. */
  readonly fetches?: true;
  /** Events call it: what it cannot do goes to the queue of missed events. */
  readonly calledByEvents?: true;
}

/** One entry a function, so that a new function cannot be forgotten here. */
export const functionAccess: Readonly<Record<FunctionName, FunctionAccess>> = {
  // what all steps may together
  whole: { database: 'loader', readsLanding: true, writesReplays: true, writesReports: true },
  extract: { database: 'loader', readsLanding: true, writesReplays: true },
  stage: { database: 'loader', readsLanding: true },
  validate: { database: 'loader', readsLanding: true },
  transform: { database: 'loader', readsLanding: true },
  merge: { database: 'loader', readsLanding: true },
  report: { database: 'loader', writesReports: true },
  recorder: { database: 'loader', publishes: true, calledByEvents: true },
  sweep: {
    database: 'loader',
    listsLanding: true,
    forgetsReports: true,
    startsLoads: true,
    publishes: true,
    calledByEvents: true,
  },
  operate: { database: 'loader', listsLanding: true, startsLoads: true },
  fetch: { fetches: true, calledByEvents: true },
  migrate: { database: 'owner' },
};
