import { dirname, resolve } from 'node:path';
import { checkConfig, type Config } from './config-fields.ts';
import { findConfig } from './find-config.ts';
import { ProjectError } from './problems.ts';
import type { DeclaredDatasets } from './read-datasets.ts';
import { readFileOfProject } from './read-file.ts';

/** Somebody's own repository, or none: then there are no datasets. */
export interface Project {
  /** Absolute; null where no folder above has one. */
  readonly configFile: string | null;
  /** The config's folder, else the one where one stands. */
  readonly folder: string;
  /** Absolute; null where the config names none. */
  readonly home: string | null;
  readonly database: string | null;
  /** Paths and patterns of the files that declare datasets, from the config's folder. */
  readonly patterns: readonly string[];
  /** Read and checked at the first call. */
  readonly declared: () => Promise<DeclaredDatasets>;
}

const nothing: DeclaredDatasets = { datasets: [], files: new Map(), places: new Map(), problems: [] };

/**
 * The project of the folder where one stands.
 * @param otherwise the config that counts where neither this folder nor one above has one
 * @throws ProjectError where its config is wrong
 */
export async function openProject(from: string, otherwise: string | null = null): Promise<Project> {
  const configFile = findConfig(from) ?? otherwise;
  if (configFile === null)
    return {
      configFile,
      folder: from,
      home: null,
      database: null,
      patterns: [],
      declared: () => Promise.resolve(nothing),
    };
  const { datasets, database = null, home } = await readConfig(configFile);
  const folder = dirname(configFile);
  let read: Promise<DeclaredDatasets> | null = null;
  return {
    configFile,
    folder,
    home: home === undefined ? null : resolve(folder, home),
    database,
    patterns: datasets,
    async declared() {
      const { readDatasets } = await import('./read-datasets.ts');
      read ??= readDatasets(configFile, datasets);
      return await read;
    },
  };
}

async function readConfig(file: string): Promise<Config> {
  const told = async (): Promise<ReturnType<typeof checkConfig>> => {
    try {
      const { exports } = await readFileOfProject(file);
      if (!Object.hasOwn(exports, 'default'))
        return { problems: ['it has no default export: export default { datasets: [...] }'] };
      return checkConfig(exports['default']);
    } catch (error) {
      if (error instanceof ProjectError) return { problems: [error.message] };
      throw error;
    }
  };
  const found = await told();
  if ('config' in found) return found.config;
  throw new ProjectError([`${file} is no config:`, ...found.problems.map((problem) => `  ${problem}`)].join('\n'));
}
