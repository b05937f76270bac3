import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ProjectError } from './problems.ts';

const names = ['landfall.config.json', 'landfall.config.ts', 'landfall.config.mjs', 'landfall.config.js'];

/**
 * The config of this folder or of the nearest one above; null where there is none.
 * @param from an absolute folder
 * @throws ProjectError where one folder has two
 */
export function findConfig(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = names.filter((name) => entriesOf(folder).includes(name));
    const [name, other] = found;
    if (other !== undefined) {
      throw new ProjectError(
        `${folder} holds ${found.join(' and ')}: which one counts? Keep one of them, and remove the other`,
      );
    }
    if (name !== undefined) return join(folder, name);
    if (dirname(folder) === folder) return null;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // a folder above that may not be read holds nothing for us
    return [];
  }
}
