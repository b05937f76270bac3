import type { LoadRequest } from './states.ts';

/** What an upload asks for, and whoever starts what was uploaded: one object into its dataset, with others where that gathers. */
export function uploadRequest(
  { bucket, key, versionId = null }: { bucket: string; key: string; versionId?: string | null },
  { name: dataset, gather }: { readonly name: string; readonly gather?: object | undefined },
): LoadRequest {
  const asked = { bucket, key, versionId, dataset, dryRun: false, force: false };
  return gather === undefined ? asked : { ...asked, gather: true };
}
