import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource, type SourceFile } from './source-file.ts';

/** Every TypeScript file of a folder of the repository, fixtures left out. */
export function readFolder(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => /\.m?ts$/.test(path) && !path.startsWith('test/fixtures/'))
    .toSorted()
    .map(readFile);
}

export function readFile(path: string): SourceFile {
  return readSource(path, readFileSync(path, 'utf8'));
}

/** The files that run when these do: what they import, and what that imports. Types run nothing and lead nowhere, unless asked for. */
export function reachedFrom(
  files: readonly SourceFile[],
  paths: readonly string[],
  { typesToo = false } = {},
): ReadonlySet<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set(paths);
  // a Set is visited in the order of insertion, so what is added on the way is visited too
  for (const path of reached) {
    for (const { target, typeOnly } of byPath.get(path)?.imports ?? []) {
      if ((typesToo || !typeOnly) && target !== null && byPath.has(target)) reached.add(target);
    }
  }
  return reached;
}
