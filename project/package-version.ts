import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of the package that this code is of, as its package.json says it: beside the code, or above what it was compiled to. */
export function packageVersion(): string {
  const code = dirname(import.meta.dirname);
  const folder = existsSync(join(code, 'package.json')) ? code : dirname(code);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}
