import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { datasetsAsJson } from '../../functions/datasets/as-data.ts';
import { makeOwnFolder } from '../../localstack/embedded/server/own-folder.ts';
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
  const { path, isOwn } = placeOf(home);
  const remove = (): void => rmSync(isOwn ? path : dirname(path), { recursive: true, force: true });
  // of a command that was killed, whose number this one got
  remove();
  let written: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    const { datasets } = await project.declared();
    if (!isOwn) mkdirSync(dirname(path), { mode: 0o700 });
    await writeFile(`${path}.part`, datasetsAsJson(datasets), { mode: 0o600 });
    await rename(`${path}.part`, path);
  };
  return {
    path,
    write: () => (written ??= write()),
    remove,
  };
}

/** How many this process has asked for: a program may load several files at once. */
let files = 0;

/**
 * Rules in SQL are among datasets: whoever can write where they lie chooses what runs as the loader. Where the .landfall folder could be
 * somebody else's, the file has a new folder of its own.
 */
function placeOf(home: string): { readonly path: string; readonly isOwn: boolean } {
  try {
    const folder = makeOwnFolder(join(makeOwnFolder(home, 0o700), 'datasets'), 0o700);
    files += 1;
    return { path: join(folder, `${process.pid}${files === 1 ? '' : `-${files}`}.json`), isOwn: true };
  } catch {
    return { path: join(tmpdir(), `landfall-datasets-${randomUUID()}`, 'datasets.json'), isOwn: false };
  }
}
