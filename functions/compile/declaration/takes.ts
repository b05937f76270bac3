import { ignoredName } from '../../protocol/ignored-names.ts';
import { roleInSet } from '../../core/sets/set-starter.ts';
import { endsAs } from './ends-as.ts';
import type { Dataset } from './schema.ts';

/** The dataset whose prefix begins the object's key; of several the longest prefix. Null where none does. */
export function datasetForKey(key: string, among: readonly Dataset[]): Dataset | null {
  const claims = among.filter(({ prefix }) => prefix !== null && key.startsWith(prefix));
  return claims.toSorted((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))[0] ?? null;
}

/**
 * Whether an object is a file that this dataset loads by itself: of all prefixes its own is the longest that fits, the name
 * is that of a finished file, and `upload` lets it in; of one whose objects come in sets, whether it starts one.
 */
export function takes(
  dataset: Dataset,
  { key, sizeBytes }: { readonly key: string; readonly sizeBytes: number },
  datasets: readonly Dataset[],
): boolean {
  return (
    datasetForKey(key, datasets)?.name === dataset.name &&
    ignoredName(key) === null &&
    (dataset.set === undefined ? letsIn(dataset, { key, sizeBytes }) : roleInSet(dataset.set, key) !== 'part')
  );
}

/**
 * Whether `upload` lets an object of the dataset in; a size that nobody told is let in. The rule that brings events asks
 * for prefixes only (infra/events/upload-rule.ts).
 */
export function letsIn(
  { upload = {} }: Pick<Dataset, 'upload'>,
  { key, sizeBytes }: { readonly key: string; readonly sizeBytes: number | null },
): boolean {
  const { suffixes, minBytes = 0, maxBytes = Infinity } = upload;
  return (
    (suffixes === undefined || endsAs(key, suffixes)) &&
    (sizeBytes === null || (sizeBytes >= minBytes && sizeBytes <= maxBytes))
  );
}
