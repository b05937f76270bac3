import { join, relative, sep } from 'node:path';
import { shortPath } from '../../functions/words/object-name.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import { datasetNamed } from '../../functions/datasets/named.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import type { Context } from '../context.ts';
import type { NamedObject } from './files.ts';

// The project's datasets are read only where a name or a prefix is asked for: `--into` needs none, and they bring zod along.

/** Nothing, or that there is no such dataset, or what is wrong with it. */
export async function datasetProblem(
  name: string,
  { project, typedIn }: Pick<Context, 'project' | 'typedIn'>,
): Promise<readonly string[]> {
  const { datasets, problems } = await project.declared();
  if (datasetNamed(name, datasets) !== null) return [];
  const own = problems.filter(({ dataset }) => dataset === name);
  if (own.length > 0)
    return own.map(({ file, message }) => `--dataset ${name}: ${shortPath(file, typedIn)}: ${message}`);
  const known = datasets.map((dataset) => dataset.name);
  return [`--dataset: no dataset is called "${name}".${didYouMean(name, known)} ${list(known, project)}`];
}

/** The dataset whose prefix claims an object: an S3 key as it is, a file by its place below the landing folder. */
export async function datasetOfObject(
  object: NamedObject,
  { project, home }: Pick<Context, 'home' | 'project'>,
): Promise<{ dataset: string; problem?: never } | { dataset: null; problem: string }> {
  const { datasets } = await project.declared();
  const { datasetForKey } = await import('../../functions/compile/declaration/takes.ts');
  const key = object.bucket === directoryBucket ? landingKey(object.key, home) : object.key;
  const dataset = key === null ? null : datasetForKey(key, datasets);
  if (dataset !== null) return { dataset: dataset.name };
  const known = datasets.map(({ name }) => name);
  return {
    dataset: null,
    problem: `where shall ${object.typed} go? Say --dataset NAME, or --into SCHEMA.TABLE --key COLUMN,... ${list(known, project)}`,
  };
}

/** The folder where a file is an upload. */
export function landingFolder(home: string): string {
  return join(home, 'landing');
}

/** A file's place below the landing folder, as an S3 key would be written; null for any other file. */
export function landingKey(path: string, home: string): string | null {
  const inside = relative(landingFolder(home), path);
  return inside === '' || inside.startsWith('..') ? null : inside.split(sep).join('/');
}

function list(known: readonly string[], { configFile }: Context['project']): string {
  if (known.length > 0) return `Datasets: ${known.join(', ')}.`;
  return configFile === null
    ? 'No dataset is declared: no landfall.config.json is here or in a folder above (docs/project.md).'
    : `No dataset is declared: ${configFile} names no file that holds one.`;
}
