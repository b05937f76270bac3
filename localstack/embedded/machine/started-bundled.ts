/** What started.ts says, of code that packaging/program.ts has bundled, which puts this file in the place of that. */

/** The program of a process that calls handlers. */
export const workerProgram = new URL('../worker/worker-main.mjs', import.meta.url);

/** One module with the functions of this code: an export each, which has the function's `handler`. */
export const ownFunctions = new URL('../worker/functions.mjs', import.meta.url);

/** That module, and behind `#` which export of it. */
export function handlerUrl(functions: URL, name: string): string {
  return `${functions.href}#${name}`;
}
