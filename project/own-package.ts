import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of cli, functions and the others: the package's, or where it was compiled to. */
export const codeFolder = dirname(import.meta.dirname);

/** The package's folder: where package.json is. */
export const packageFolder = existsSync(join(codeFolder, 'package.json')) ? codeFolder : dirname(codeFolder);

/** The version of the package that this code is of, as its package.json says it. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return version;
}
