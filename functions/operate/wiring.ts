import type { LoadRequest } from '../contract/states.ts';
import type { Executions, LandedObjects } from './deps.ts';

/** Executions as Step Functions knows them, by their ARNs. */
export interface StepFunctions {
  start(request: LoadRequest): Promise<string>;
  stop(executionArn: string, cause: string): Promise<void>;
  /** False also of one that is no longer known. */
  isRunning(executionArn: string): Promise<boolean>;
}

/** Loads of the same ledger may have been run by a command elsewhere: their executions have no ARN, and nobody here knows them. */
export function executionsOf(machine: StepFunctions): Executions {
  return {
    start: (request) => machine.start(request),
    stop: (executionId, why) => machine.stop(executionId, why),
    async status(executionId) {
      if (!executionId.startsWith('arn:')) return null;
      return (await machine.isRunning(executionId)) ? 'RUNNING' : 'ENDED';
    },
  };
}

/** A store that can list: pages of objects; lastModified is ISO 8601. */
interface ListingStore {
  list(under: { readonly bucket: string; readonly prefix: string; readonly after?: string }): AsyncIterable<
    readonly {
      readonly key: string;
      readonly etag: string | null;
      readonly sizeBytes: number;
      readonly lastModified: string;
    }[]
  >;
}

/** The landing bucket: a listing of S3 tells no versions, and a key is the upload's key. */
export function landingBucket(store: ListingStore, bucket: string): LandedObjects {
  return {
    bucket,
    async *list(prefix, after) {
      for await (const page of store.list({ bucket, prefix, ...(after === null ? {} : { after }) })) {
        for (const { key, etag, sizeBytes, lastModified } of page) {
          yield { key, uploadKey: key, versionId: null, etag, sizeBytes, lastModified: new Date(lastModified) };
        }
      }
    },
  };
}
