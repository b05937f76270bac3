import { join, relative, sep } from 'node:path';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import type { Context } from '../context.ts';
import type { NamedObject } from './files.ts';

// The datasets are imported only where a name or a prefix is asked for: `--into` needs none, and they bring zod along.

/** Nothing, or that there is no such dataset. */
export async function datasetProblem(name: string): Promise<readonly string[]> {
  const { datasetByName, datasets } = await import('../../functions/datasets/all.ts');
  if (datasetByName(name) !== null) return [];
  const known = datasets.map((dataset) => dataset.name);
  return [`--dataset: no dataset is called "${name}".${didYouMean(name, known)} ${list(known)}`];
}

/** The dataset whose prefix claims an object: an S3 key as it is, a file by its place below the landing folder. */
export async function datasetOfObject(
  object: NamedObject,
  context: Pick<Context, 'home'>,
): Promise<{ dataset: string; problem?: never } | { dataset: null; problem: string }> {
  const { datasets } = await import('../../functions/datasets/all.ts');
  const { datasetForKey } = await import('../../functions/compile/declaration/takes.ts');
  const key = object.bucket === directoryBucket ? landingKey(object.key, context.home) : object.key;
  const dataset = key === null ? null : datasetForKey(key, datasets);
  if (dataset !== null) return { dataset: dataset.name };
  const known = datasets.map(({ name }) => name);
  return {
    dataset: null,
    problem: `where shall ${object.typed} go? Say --dataset NAME, or --into SCHEMA.TABLE --key COLUMN,... ${list(known)}`,
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

function list(known: readonly string[]): string {
  return known.length === 0 ? 'No dataset is declared yet (functions/datasets).' : `Datasets: ${known.join(', ')}.`;
}
