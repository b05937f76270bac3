import { resolve } from 'node:path';
import type { Dataset } from '../functions/compile/declaration/schema.ts';
import { openProject } from '../project/open-project.ts';

/**
 * The datasets of a project: those that the `landfall.config` of a folder, or of the nearest one above, names.
 * @param folder from the working directory, which is it where none is given
 * @throws Error with every problem of every file, a line each
 */
export async function projectDatasets(folder = '.'): Promise<readonly Dataset[]> {
  const from = resolve(folder);
  const { configFile, declared } = await openProject(from);
  if (configFile === null)
    throw new Error(`neither ${from} nor a folder above has a landfall.config.json, .ts, .mjs or .js`);
  const { datasets, problems } = await declared();
  if (problems.length > 0) throw new Error(problems.map(({ file, message }) => `${file}: ${message}`).join('\n'));
  return datasets;
}
