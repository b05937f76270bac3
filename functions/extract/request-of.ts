import type { z } from 'zod';
import { objectCreatedSchema, type LoadRequest, type registerInput } from '../contract/states.ts';
import { datasetForKey } from '../datasets/all.ts';

type Requested = z.output<typeof registerInput>['request'];

/**
 * What an execution's input asks for: an upload's event becomes the request that a person would have typed. Keys of
 * EventBridge events are raw: they are never decoded.
 */
export function requestOf(
  input: Requested,
): (LoadRequest & { sequencer?: string | undefined }) | { ignored: { code: string; message: string } } {
  const event = objectCreatedSchema.safeParse(input);
  if (!event.success) return input as LoadRequest;
  const { bucket, object } = event.data.detail;
  const { key } = object;
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name === '') return { ignored: { code: 'FOLDER_MARKER', message: `${key} is a folder marker, not a file` } };
  if (name.startsWith('.') || /\.(tmp|part)$/.test(name)) {
    return { ignored: { code: 'UNFINISHED_NAME', message: `${key} has the name of a file that is still being written` } };
  }
  const dataset = datasetForKey(key);
  if (dataset === null) {
    return { ignored: { code: 'NO_DATASET', message: `no dataset claims ${key}: declare one whose prefix it begins with` } };
  }
  return {
    bucket: bucket.name,
    key,
    versionId: object['version-id'] ?? null,
    dataset: dataset.name,
    dryRun: false,
    force: false,
    sequencer: object.sequencer,
  };
}
