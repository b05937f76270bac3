import { type DeclaredSet, roleInSet } from '../core/sets/set-starter.ts';
import type { LoadRequest } from './states.ts';

/** What an upload asks for, and whoever starts what was uploaded: one object into its dataset, with others where that gathers, or the set that it starts. */
export function uploadRequest(
  { bucket, key, versionId = null }: { bucket: string; key: string; versionId?: string | null },
  {
    name: dataset,
    gather,
    set,
  }: { readonly name: string; readonly gather?: object | undefined; readonly set?: DeclaredSet | undefined },
): LoadRequest {
  const asked = { bucket, key, versionId, dataset, dryRun: false, force: false };
  const role = set === undefined ? 'part' : roleInSet(set, key);
  if (role !== 'part') return { ...asked, [role]: true };
  return gather === undefined ? asked : { ...asked, gather: true };
}
