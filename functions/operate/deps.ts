import type { UndoRequest } from '../protocol/undo/undo-states.ts';
import type { Executions } from '../protocol/executions.ts';
import type { TypedSql } from '../contract/typed-sql.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import type { Db } from '../db/client.ts';
import type { LedgerOwner } from '../ledger/trust/ledger-roles-sql.ts';
import type { Sources } from '../objects/sources.ts';
import type { LeaseOwner } from '../core/lease-owner.ts';
import type { ListedObject } from '../objects/store.ts';

/** One object of the landing bucket, as a listing tells it. */
export interface LandedObject extends ListedObject {
  /** As datasets' prefixes are compared with it: the raw key, in a directory the path below the landing folder. */
  readonly uploadKey: string;
}

/** Where uploads land. */
export interface LandedObjects {
  /** Of a load request: the bucket's name, or `file://`. */
  readonly bucket: string;
  /** What loads may be started of; null: of anything. */
  readonly sources: Sources;
  /** Newest versions only, every object whose uploadKey begins with the prefix, in the order of their keys, behind `after`. */
  list(prefix: string, after: string | null): AsyncIterable<LandedObject>;
}

/** What the verbs need beside their input. */
export interface OperateDeps {
  readonly db: Db;
  /** The database as a person may see it: without a password. */
  readonly place: string;
  /** The role that may own the ledger beside whoever is expected anyway; null: none was named. */
  readonly ledgerOwner: LedgerOwner;
  readonly executions: Executions;
  /** Starts an execution that undoes a load; answers its id. Absent: nothing here does. */
  readonly startUndo?: (request: UndoRequest) => Promise<string>;
  readonly objects: LandedObjects;
  /** All that are declared. */
  readonly datasets: readonly Dataset[];
  /** SQL that was typed to commands of this machine; absent: none is kept here. */
  readonly typedSql?: TypedSql;
  /** Whether the command that an embedded lease names still runs. */
  readonly ownerIsAlive: (owner: LeaseOwner) => boolean;
  readonly now: () => Date;
  /** Before the function is ended; endless where nobody ends it. */
  readonly millisecondsLeft: () => number;
  /** Bytes of records that one answer may hold: a Lambda's is 6 MB of JSON at most. */
  readonly recordBytes: number;
}
