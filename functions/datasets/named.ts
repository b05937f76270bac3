import type { Dataset } from '../compile/declaration/schema.ts';

/** The dataset of this name, or null. */
export function datasetNamed(name: string, datasets: readonly Dataset[]): Dataset | null {
  return datasets.find((dataset) => dataset.name === name) ?? null;
}
