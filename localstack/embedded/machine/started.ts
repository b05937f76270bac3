import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keptProgram } from '../../../project/kept-program.ts';

/** What a process that calls handlers is started with. The two belong together: they share modules. */
export interface Started {
  /** Its program. */
  readonly program: URL;
  /** The functions that it calls: a folder each, or one module of a bundle. */
  readonly functions: URL;
}

/**
 * @param functions a folder of others than this code's own
 */
export function started(functions?: URL): Started {
  const kept = functions === undefined ? keptProgram() : null;
  if (kept !== null) return { program: within(kept, 'worker-main.mjs'), functions: within(kept, 'functions.mjs') };
  return {
    program: new URL('worker-main.ts', import.meta.url),
    functions: functions ?? new URL('../../../functions/', import.meta.url),
  };
}

/** The module whose export `handler` is that function's; behind `#` of a bundle which export of it has that. */
export function handlerUrl({ functions }: Started, name: string): string {
  return functions.href.endsWith('/') ? new URL(`${name}/handler.ts`, functions).href : `${functions.href}#${name}`;
}

function within(kept: string, file: string): URL {
  return pathToFileURL(join(kept, 'worker', file));
}
