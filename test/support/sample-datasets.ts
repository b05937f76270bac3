import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import { demoDatasets as datasets } from '../../localstack/demo/demo-datasets.ts';
import type { Project } from '../../project/open-project.ts';

export { datasets };

/** The same as a file for LANDFALL_DATASETS, made in this folder. */
export function datasetsFileIn(folder: string): string {
  const file = join(folder, 'datasets.json');
  writeFileSync(file, datasetsAsJson(datasets));
  return file;
}

/** The project that declares them, for a command that is typed in this folder. */
export function sampleProject(folder: string): Project {
  const declared = { datasets, files: new Map<string, string>(), places: new Map(), problems: [] };
  return {
    configFile: null,
    folder,
    home: null,
    database: null,
    patterns: [],
    declared: () => Promise.resolve(declared),
  };
}
