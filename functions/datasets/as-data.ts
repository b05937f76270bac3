import type { Dataset } from '../compile/declaration/schema.ts';

/**
 * Checked datasets as JSON: what a deployment puts beside the functions' code, and a command beside its processes. Who reads
 * it does not check it again; it is written by `datasetsAsJson` alone.
 */
export function datasetsAsJson(datasets: readonly Pick<Dataset, 'name'>[]): string {
  return `${JSON.stringify({ datasets }, null, 1)}\n`;
}

/** @throws Error where the text is not what `datasetsAsJson` wrote. */
export function datasetsOfJson(text: string): readonly Dataset[] {
  const parsed = JSON.parse(text) as { readonly datasets?: unknown };
  if (!Array.isArray(parsed.datasets)) throw new Error('the JSON of the datasets has no list of datasets');
  return parsed.datasets as readonly Dataset[];
}
