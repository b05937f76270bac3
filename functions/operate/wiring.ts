import type { Executions as StepFunctions } from '../aws/executions.ts';
import type { Sources } from '../objects/sources.ts';
import type { ObjectStore } from '../objects/store.ts';
import type { Executions, LandedObjects } from './deps.ts';

/** Loads of the same ledger may have been run by a command elsewhere: their executions have no ARN, and nobody here knows them. */
export function executionsOf(machine: StepFunctions): Executions {
  return {
    start: (request) => machine.start(request),
    stop: (executionId, why) => machine.stop(executionId, why),
    async status(executionId) {
      if (!executionId.startsWith('arn:')) return null;
      return (await machine.lookAt(executionId)).isRunning ? 'RUNNING' : 'ENDED';
    },
  };
}

/** The landing bucket: a listing of S3 tells no versions, and a key is the upload's key. */
export function landingBucket(
  store: Pick<ObjectStore, 'list'>,
  bucket: string,
  sources: Sources = [bucket],
): LandedObjects {
  return {
    bucket,
    sources,
    async *list(prefix, after) {
      for await (const page of store.list({ bucket, prefix, ...(after === null ? {} : { after }) })) {
        for (const { key, etag, sizeBytes, lastModified } of page) {
          yield { key, uploadKey: key, versionId: null, etag, sizeBytes, lastModified: new Date(lastModified) };
        }
      }
    },
  };
}
