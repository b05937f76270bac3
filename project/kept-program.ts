import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { packageFolder } from './own-package.ts';

/** What a kept bundle of the repository's sources was made of, and what became of it. */
export interface KeptProgram {
  /** Of each file or folder that went in, from the repository's folder: see `stateOf`. */
  readonly inputs: Readonly<Record<string, FileState>>;
  /** Bytes of each file of the bundle, from its own folder. */
  readonly outputs: Readonly<Record<string, number>>;
}

/** Bytes, and when it was written and when it or its place was changed, in milliseconds since 1970. Nobody sets the last one by hand. */
export type FileState = readonly [size: number, written: number, changed: number];

/** Below it a folder for each of the last few bundles, which processes that still run may go on reading. */
export const keptPrograms = join(packageFolder, 'node_modules/.cache/landfall/program');

/** Says which of them counts. */
export const keptNow = 'now';

/** What a bundle is made of is said in this file of its folder. */
export const keptFile = 'kept.json';

/**
 * The folder of the bundled program, where one is kept that was made of this repository's sources and packages as they are now
 * (packaging/keep-program.ts makes it); null in every other case: nobody made one, a file changed, node_modules lies elsewhere, or
 * somebody debugs, for whom the sources are. To ask for the state of each file takes some 20 ms of the processor.
 */
export function keptProgram(root = packageFolder, programs = keptPrograms): string | null {
  if ([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((words) => /--(?:inspect|cpu-prof)/u.test(words)))
    return null;
  try {
    const folder = join(programs, readFileSync(join(programs, keptNow), 'utf8'));
    // packages of another checkout would bring that one's program
    if (!realpathSync(folder).startsWith(realpathSync(root) + sep)) return null;
    const { inputs, outputs } = JSON.parse(readFileSync(join(folder, keptFile), 'utf8')) as KeptProgram;
    const isWhole = Object.entries(outputs).every(([path, size]) => statSync(join(folder, path)).size === size);
    return isWhole && Object.entries(inputs).every(([path, state]) => isStill(join(root, path), state)) ? folder : null;
  } catch {
    return null;
  }
}

export function stateOf(path: string): FileState {
  const { size, mtimeMs, ctimeMs } = statSync(path);
  return [size, mtimeMs, ctimeMs];
}

function isStill(path: string, [size, written, changed]: FileState): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.size === size && now.mtimeMs === written && now.ctimeMs === changed;
}
