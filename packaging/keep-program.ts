import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { keptFile, keptNow, type KeptProgram, keptProgram, keptPrograms, stateOf } from '../project/kept-program.ts';
import { packageFolder } from '../project/own-package.ts';
import { packageFolder as folderOfPackage } from './notices.ts';
import { bundleProgram } from './program.ts';

/** So many bundles are kept: a process that was started from an older one may still import a file of it. */
const most = 8;
/** A lock of somebody who was killed is broken after this. A bundle takes some 3 s. */
const lockedMs = 120_000;
/** A file's time may lie so far behind the clock: systems write it from one that ticks. */
const tickMs = 100;

/** What makes a bundle what it is and goes into none. */
const beside = [
  'package.json',
  'tsconfig.json',
  'packaging/program.ts',
  'infra/functions/bundle.ts',
  'functions/migrate/migrations',
  'node_modules/esbuild/package.json',
];

/**
 * Bundles the command and the functions' process from the sources as they are, and keeps that below node_modules, for commands and
 * tests to start (project/kept-program.ts, docs/adr/0085). Does nothing where such a bundle is kept already or somebody else makes it.
 * @throws where it cannot be made or written: the sources run then
 */
export async function keepProgram(root = packageFolder, programs = keptPrograms): Promise<void> {
  if (keptProgram(root, programs) !== null) return;
  mkdirSync(programs, { recursive: true });
  const lock = join(programs, 'lock');
  if (!taken(lock)) return;
  const made = join(programs, 'made');
  try {
    const begun = Date.now() - tickMs;
    const inputs = (await bundleProgram({ root, folder: made, only: ['command', 'worker'] })).filter(isFile);
    const packages = new Set(inputs.map(folderOfPackage).filter((folder) => folder !== null));
    const migrations = readdirSync(join(root, 'functions/migrate/migrations'));
    const all = [
      ...inputs,
      ...beside,
      ...migrations.map((name) => `functions/migrate/migrations/${name}`),
      ...[...packages].map((folder) => `${folder}/package.json`),
    ];
    const kept: KeptProgram = {
      inputs: Object.fromEntries(all.map((path) => [path, stateOf(join(root, path))])),
      outputs: Object.fromEntries(filesIn(made).map((path) => [relative(made, path), statSync(path).size])),
    };
    // what was written meanwhile may have been read before
    if (Object.values(kept.inputs).some(([, written, changed]) => Math.max(written, changed) >= begun)) return;
    writeFileSync(join(made, keptFile), JSON.stringify(kept));
    const next = String((Number(lastOf(programs)) + 1) % most);
    rmSync(join(programs, next), { recursive: true, force: true });
    renameSync(made, join(programs, next));
    writeFileSync(join(programs, 'next'), next);
    renameSync(join(programs, 'next'), join(programs, keptNow));
  } finally {
    rmSync(made, { recursive: true, force: true });
    rmSync(lock, { recursive: true });
  }
}

function taken(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > lockedMs) rmSync(lock, { recursive: true });
  } catch {
    // nobody has it
  }
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** Not a module that a plugin of the bundler has made up. */
function isFile(input: string): boolean {
  return !/^[\w ]+:/u.test(input);
}

function lastOf(programs: string): string {
  try {
    return readFileSync(join(programs, keptNow), 'utf8');
  } catch {
    return '0';
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
