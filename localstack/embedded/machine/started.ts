import { extname } from 'node:path';

/** What is started by its path ends as this file does: `.ts`, or `.js` where the code was compiled. */
const ending = extname(import.meta.filename);

/** The program of a process that calls handlers. */
export const workerProgram = new URL(`worker-main${ending}`, import.meta.url);

/** The functions of this code: a folder each. */
export const ownFunctions = new URL('../../../functions/', import.meta.url);

/** The module whose export `handler` is that function's, below such a folder. */
export function handlerUrl(functions: URL, name: string): string {
  return new URL(`${name}/handler${ending}`, functions).href;
}
