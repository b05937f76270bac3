import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../../cli/context.ts';
import { runCommand } from '../../../cli/run.ts';
import { foldersToRemove } from '../../support/folders.ts';
import { sampleProject } from '../../support/sample-datasets.ts';

export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder to stand in, with a .landfall of its own: nothing that runs elsewhere is touched. */
export function standIn(env: Record<string, string> = {}): { folder: string; context: World; printed: Typed } {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-cli-'));
  foldersToRemove.push(folder);
  const printed = { code: 0, out: '', err: '' };
  const context: World = {
    home: join(folder, '.landfall'),
    typedIn: folder,
    project: sampleProject(folder),
    env,
    out: (text) => void (printed.out += text),
    err: (text) => void (printed.err += text),
    redraw: (line) => void (printed.err += `\r${line}\u001b[K`),
    terminalColumns: () => null,
    signal: new AbortController().signal,
  };
  return { folder, context, printed };
}

/** Runs the real command in this process; paths of the folder read as FOLDER. */
export async function type(words: readonly string[], world = standIn()): Promise<Typed> {
  const { folder, context, printed } = world;
  const before = { out: printed.out.length, err: printed.err.length };
  const code = await runCommand(words, context);
  const plain = (text: string): string => text.replaceAll(folder, 'FOLDER');
  return { code, out: plain(printed.out.slice(before.out)), err: plain(printed.err.slice(before.err)) };
}
