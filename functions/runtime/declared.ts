import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../compile/declaration/schema.ts';
import { datasetsOfJson } from '../datasets/as-data.ts';

/** Beside the bundle; from the source nothing lies there. */
const beside = join(import.meta.dirname, 'datasets.json');
const read = new Map<string, readonly Dataset[]>();

/**
 * The project's datasets, read once a process: from the file that LANDFALL_DATASETS names, else from the one beside the bundle,
 * else none.
 * @param path the variable
 */
export function declaredDatasets(path: string | undefined): readonly Dataset[] {
  const file = path ?? beside;
  if (!existsSync(file)) return [];
  const known = read.get(file) ?? datasetsOfJson(readFileSync(file, 'utf8'));
  read.set(file, known);
  return known;
}
