import { mkdirSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import type { Context } from '../context.ts';

/** The project's datasets as a file, for the processes of one command. */
interface DeclaredFile {
  /** Nothing lies there before it is written. */
  readonly path: string;
  /** Reads and checks the datasets, the first time it is called. */
  write(): Promise<void>;
  remove(): void;
}

/** Reading datasets takes 0.1 s, so it is done only for a load of one: what `--into` describes needs none. */
export function declaredFile({ home, project }: Context): DeclaredFile {
  const folder = join(home, 'datasets');
  const path = join(folder, `${process.pid}.json`);
  // of a command that was killed, whose number this one got
  rmSync(path, { force: true });
  let written: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    const { datasets } = await project.declared();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.part`, datasetsAsJson(datasets), { mode: 0o600 });
    await rename(`${path}.part`, path);
  };
  return {
    path,
    write: () => (written ??= write()),
    remove: () => rmSync(path, { force: true }),
  };
}
