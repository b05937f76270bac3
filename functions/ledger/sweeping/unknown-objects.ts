import { many, type Db } from '../../db/client.ts';
import type { ListedObject } from '../../objects/store.ts';
import { selectUnknown } from './sweep-sql.ts';

/**
 * Those of the listed objects that no load of the dataset knows: the oldest first, though a listing is in the order of keys,
 * for who comes first to a table that is free has it.
 */
export async function unknownObjects<Listed extends ListedObject>(
  db: Db,
  { dataset, bucket }: { readonly dataset: string; readonly bucket: string },
  listed: readonly Listed[],
): Promise<readonly Listed[]> {
  if (listed.length === 0) return [];
  const unknown = await many<{ place: number }>(db, selectUnknown(dataset, bucket, listed));
  return unknown
    .flatMap(({ place }) => listed[place] ?? [])
    .toSorted((a, b) => Date.parse(a.lastModified) - Date.parse(b.lastModified));
}
