import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { nameWithoutPacking } from '../../functions/core/decoding/packed-name.ts';
import { plainName } from '../../functions/propose/table-names.ts';
import { shortPath } from '../../functions/words/object-name.ts';
import { openProject, type Project } from '../../project/open-project.ts';
import type { Context } from '../context.ts';
import { packageFolder } from '../../project/own-package.ts';
import { CommandError } from '../typed/usage.ts';
import { writtenDataset } from './written.ts';

/** What was written. */
export interface Written {
  /** Absolute. */
  readonly file: string;
  /** Absolute; null: the project has one. */
  readonly config: string | null;
}

/** The project of the folder where one stands; that of this repository is nobody's who stands elsewhere. */
function ownProject({ project, typedIn }: Pick<Context, 'project' | 'typedIn'>): Project | null {
  if (project.configFile === null) return null;
  const isForeign = project.folder === packageFolder && !`${typedIn}${sep}`.startsWith(`${packageFolder}${sep}`);
  return isForeign ? null : project;
}

/** A name for a dataset that its file proposes: without what packs it, without a date or a number at its end. */
export function nameOfFile(key: string): string {
  const name = nameWithoutPacking(basename(key)).replace(/\.[a-z0-9]{1,8}$/i, '');
  const words = plainName(name).split('_');
  while (words.length > 1 && /^(?:\d+|t\d+|v\d+)$/.test(words.at(-1) ?? '')) words.pop();
  return words.join('_') || 'dataset';
}

/** @throws CommandError where a dataset of this name or prefix is there already */
export async function requireFree(
  context: Context,
  { name, prefix }: { readonly name: string; readonly prefix: string },
): Promise<void> {
  const project = ownProject(context);
  if (project === null) return;
  const { datasets, files, problems } = await project.declared();
  const known = datasets.find((dataset) => dataset.name === name || dataset.prefix === prefix);
  const wrong = problems.find(({ dataset }) => dataset === name);
  if (known === undefined && wrong === undefined) return;
  const file = shortPath(files.get(known?.name ?? '') ?? wrong?.file ?? '', context.typedIn);
  const what =
    known === undefined || known.name === name ? `a dataset called ${name}` : `a dataset of the prefix ${prefix}`;
  throw new CommandError(
    `there is ${what} already, in ${file}, and nothing is overwritten: change that one, or say another --name and --prefix`,
  );
}

/** Writes the dataset where the project's config finds it; where there is no config, a small one too. */
export async function writeDataset(
  dataset: Readonly<Record<string, unknown>>,
  name: string,
  context: Context,
): Promise<Written> {
  const project = ownProject(context);
  const folder = project?.folder ?? context.typedIn;
  const places =
    project === null ? [join('datasets', `${fileName(name)}.json`)] : placesIn(project.patterns, fileName(name));
  for (const place of places) {
    const file = join(folder, place);
    const config = project === null ? await writeConfig(folder) : null;
    await writeNew(file, writtenDataset({ ...schemaFor(folder, file, 'dataset'), ...dataset }));
    const { files } = await (await openProject(folder)).declared();
    if (files.get(name) === file) return { file, config };
    await rm(file);
  }
  throw new CommandError(
    `${shortPath(project?.configFile ?? folder, context.typedIn)} names no files of JSON, so none that is written would be found: add "datasets/*.json" to its datasets, then type this again`,
  );
}

/** Paths in the project's folder that its patterns may find, the likeliest first. */
function placesIn(patterns: readonly string[], name: string): readonly string[] {
  const own = patterns.flatMap((pattern) => {
    const parts = pattern.split('/');
    const last = parts.at(-1) ?? '';
    if (!last.includes('*')) return [];
    const fixed = parts.slice(
      0,
      parts.findIndex((part) => /[*?[{(]/.test(part)),
    );
    const file = last.replaceAll(/\{[^{}]*\}/g, 'json').replaceAll('*', name);
    return file.endsWith('.json') ? [join(...fixed, file)] : [];
  });
  return [...new Set([...own, join('datasets', `${name}.json`)])];
}

function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '') || 'dataset';
}

async function writeConfig(folder: string): Promise<string> {
  const file = join(folder, 'landfall.config.json');
  await writeNew(file, writtenDataset({ ...schemaFor(folder, file, 'config'), datasets: ['datasets/*.json'] }));
  return file;
}

/** For editors: the schema that the package brings, from the file's folder. */
function schemaFor(folder: string, file: string, what: string): { readonly $schema?: string } {
  const schema = join(folder, 'node_modules', 'landfall', 'schema', `${what}.json`);
  if (!existsSync(schema)) return {};
  const path = relative(dirname(file), schema).split(sep).join('/');
  return { $schema: path.startsWith('.') ? path : `./${path}` };
}

async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CommandError(`${file} is there already, and nothing is overwritten: say another --name`);
    throw new CommandError(`${file} cannot be written: ${message}`);
  }
}
