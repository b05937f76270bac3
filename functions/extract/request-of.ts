import type { z } from 'zod';
import { ignoredName } from '../protocol/ignored-names.ts';
import { objectCreatedSchema, type LoadRequest, type registerInput } from '../protocol/states.ts';
import { uploadRequest } from '../protocol/upload-request.ts';
import { roleInSet } from '../core/sets/set-starter.ts';
import { printable } from '../core/printable.ts';
import type { Dataset } from '../compile/declaration/schema.ts';
import { datasetForKey, letsIn } from '../compile/declaration/takes.ts';
import { etagVersion, plainEtag } from '../objects/etag.ts';

type Requested = z.output<typeof registerInput>['request'];

/**
 * What an execution's input asks for: an upload's event becomes the request that a person would have typed. Keys of
 * EventBridge events are raw: they are never decoded.
 */
export function requestOf(
  input: Requested,
  declared: readonly Dataset[],
): (LoadRequest & { sequencer?: string | undefined }) | { ignored: { code: string; message: string } } {
  const event = objectCreatedSchema.safeParse(input);
  if (!event.success) return input as LoadRequest;
  const { bucket, object } = event.data.detail;
  const { key } = object;
  const ignored = ignoredName(key);
  if (ignored !== null) return { ignored };
  const dataset = datasetForKey(key, declared);
  if (dataset === null) {
    return {
      ignored: {
        code: 'NO_DATASET',
        message: `no dataset claims ${printable(key)}: declare one whose prefix it begins with`,
      },
    };
  }
  const role = dataset.set === undefined ? null : roleInSet(dataset.set, key);
  if (role === 'part') {
    const by = dataset.set?.marker ?? 'a manifest';
    const message = `${printable(key)} is loaded with its set, which ${printable(by)} starts, as \`set\` of ${dataset.name} has it`;
    return { ignored: { code: 'PART_OF_SET', message } };
  }
  if (role === null && !letsIn(dataset, { key, sizeBytes: object.size ?? null })) {
    const message = `${printable(key)} (${object.size ?? 'an unknown number of'} bytes) is not what \`upload\` of ${dataset.name} lets in`;
    return { ignored: { code: 'NOT_LET_IN', message } };
  }
  const uploaded = { bucket: bucket.name, key, versionId: versionOf(object) };
  return { ...uploadRequest(uploaded, dataset), sequencer: object.sequencer };
}

/**
 * The version that the event is about. A bucket that keeps none (`null` where it stopped keeping them) tells ETag and size:
 * what lies there by now may be a later upload, which has an event of its own.
 */
function versionOf(object: z.output<typeof objectCreatedSchema>['detail']['object']): string | null {
  const { 'version-id': versionId = 'null', etag, size } = object;
  if (versionId !== 'null' && versionId !== '') return versionId;
  return etag === undefined || size === undefined ? null : etagVersion(plainEtag(etag), size);
}
