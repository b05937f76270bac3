import type { Db } from '../db/client.ts';
import type { ObjectStore } from '../objects/store.ts';
import type { StepLog } from '../runtime/log.ts';

/** What staging needs beside its input. */
export interface StageDeps {
  readonly db: Db;
  readonly log: StepLog;
  readonly storeFor: (bucket: string) => Promise<ObjectStore>;
  readonly millisecondsLeft: () => number;
}
