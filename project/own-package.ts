import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** The package's folder: the nearest above this code with a package.json. */
export const packageFolder = nearestPackage(import.meta.dirname);

const caches = 'node_modules/.cache/landfall';

function nearestPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : nearestPackage(dirname(folder));
}

/**
 * Where compiled modules of this repository's sources are kept, one place for all folders that its commands work for: check-node.mjs
 * names it too, and the kept bundle of the sources lies in it. Null in an installed package, whose folder may not be written to.
 */
export const sourcesCache =
  import.meta.filename.endsWith('.ts') || import.meta.filename.startsWith(join(packageFolder, caches, sep))
    ? join(packageFolder, caches)
    : null;

/** The version of the package that this code is of, as its package.json says it. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return version;
}
