import type { Started } from './started.ts';

/** What started.ts says, of code that packaging/program.ts has bundled, which puts this file in the place of that. */

export function started(): Started {
  return {
    program: new URL('../worker/worker-main.mjs', import.meta.url),
    // one module with all functions: an export each, which has the function's `handler`
    functions: new URL('../worker/functions.mjs', import.meta.url),
  };
}

/** That module, and behind `#` which export of it. */
export function handlerUrl({ functions }: Started, name: string): string {
  return `${functions.href}#${name}`;
}
