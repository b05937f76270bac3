import type { LoadRequest } from '../protocol/states.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import type { Db } from '../db/client.ts';
import type { LedgerOwner } from '../ledger/trust/ledger-roles-sql.ts';
import type { Sources } from '../objects/sources.ts';
import type { LeaseOwner } from '../core/lease-owner.ts';

/** Executions of the state machine: Step Functions, or what a command runs itself. */
export interface Executions {
  /** Answers the execution's id; what the ledger calls `execution`. */
  start(request: LoadRequest): Promise<string>;
  /** Ends it; its end is an event, which the recorder writes into the ledger. Harmless where it has ended. */
  stop(executionId: string, why: string): Promise<void>;
  /** Null where nobody here can know: an execution of another machine, or one that was forgotten. */
  status(executionId: string): Promise<'RUNNING' | 'ENDED' | null>;
}

/** One object of the landing bucket, as a listing tells it. */
export interface ListedObject {
  /** As a load request names it: the raw key, in a directory the absolute path. */
  readonly key: string;
  /** As datasets' prefixes are compared with it: the raw key, in a directory the path below the landing folder. */
  readonly uploadKey: string;
  /** As a load pins it; null where the listing does not tell (S3's does not). */
  readonly versionId: string | null;
  /** Without quotes; null in a directory. */
  readonly etag: string | null;
  readonly sizeBytes: number;
  readonly lastModified: Date;
}

/** Where uploads land. */
export interface LandedObjects {
  /** Of a load request: the bucket's name, or `file://`. */
  readonly bucket: string;
  /** What loads may be started of; null: of anything. */
  readonly sources: Sources;
  /** Newest versions only, every object whose uploadKey begins with the prefix, in the order of their keys, behind `after`. */
  list(prefix: string, after: string | null): AsyncIterable<ListedObject>;
}

/** What the verbs need beside their input. */
export interface OperateDeps {
  readonly db: Db;
  /** The database as a person may see it: without a password. */
  readonly place: string;
  /** The role that may own the ledger beside whoever is expected anyway; null: none was named. */
  readonly ledgerOwner: LedgerOwner;
  readonly executions: Executions;
  readonly objects: LandedObjects;
  /** All that are declared. */
  readonly datasets: readonly Dataset[];
  /** Whether the command that an embedded lease names still runs. */
  readonly ownerIsAlive: (owner: LeaseOwner) => boolean;
  readonly now: () => Date;
  /** Before the function is ended; endless where nobody ends it. */
  readonly millisecondsLeft: () => number;
  /** Bytes of records that one answer may hold: a Lambda's is 6 MB of JSON at most. */
  readonly recordBytes: number;
}
