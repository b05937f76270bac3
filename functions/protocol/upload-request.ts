import type { LoadRequest } from './states.ts';

/** What an upload asks for, and whoever starts what was uploaded: one object into its dataset. */
export function uploadRequest(
  { bucket, key, versionId = null }: { bucket: string; key: string; versionId?: string | null },
  dataset: string,
): LoadRequest {
  return { bucket, key, versionId, dataset, dryRun: false, force: false };
}
