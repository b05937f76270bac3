import { ignoredName } from '../contract/ignored-names.ts';
import { datasetForKey } from './all.ts';
import type { Dataset } from './schema.ts';

/**
 * Whether an object is a file that this dataset loads by itself: of all prefixes its own is the longest that fits, the name
 * is that of a finished file, and `upload` lets it in. The rule that brings its events has the same filters (infra/upload-rule.ts).
 */
export function takes(
  dataset: Dataset,
  { key, sizeBytes }: { readonly key: string; readonly sizeBytes: number },
  datasets: readonly Dataset[],
): boolean {
  const { suffixes, minBytes = 0, maxBytes = Infinity } = dataset.upload ?? {};
  return (
    datasetForKey(key, datasets)?.name === dataset.name &&
    ignoredName(key) === null &&
    (suffixes === undefined || suffixes.some((suffix) => key.endsWith(suffix))) &&
    sizeBytes >= minBytes &&
    sizeBytes <= maxBytes
  );
}
