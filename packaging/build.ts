import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandlers } from '../infra/functions/bundle.ts';

/**
 * Makes dist/, which `npm pack` publishes (it runs this first, as `prepack`): JavaScript with source maps and declarations, the
 * command's start, the ledger's migrations, and the functions' bundles, so that nobody who installs the package needs a compiler.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
compile();
copy('functions/migrate/migrations');
copy('cli/landfall.mjs');
chmodSync(join(dist, 'cli/landfall.mjs'), 0o755);
bundleHandlers(join(dist, 'handlers'), { testable: false });

function compile(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
}

/** What is read or started by its path, so that no compiler knows of it. */
function copy(path: string): void {
  cpSync(join(root, path), join(dist, path), { recursive: true });
}
