import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandlers } from '../infra/functions/bundle.ts';
import { bundled } from './bundled.ts';
import { keepPublicDeclarations } from './declarations.ts';
import { bundleLibraries } from './libraries.ts';
import { noticesOf, packagesOf } from './notices.ts';

/**
 * Makes dist/, which `npm pack` publishes (it runs this first, as `prepack`): JavaScript with source maps and declarations, the
 * command's start, the ledger's migrations, the functions' bundles, so that nobody who installs the package needs a compiler, and
 * the libraries that nobody shall have to fetch, with the licences of all that is bundled.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
compile();
copy('functions/migrate/migrations');
copy('cli/landfall.mjs');
chmodSync(join(dist, 'cli/landfall.mjs'), 0o755);
const inHandlers = bundleHandlers(join(dist, 'handlers'), { testable: false });
const inLibraries = await bundleLibraries({ root, dist, bundled });
const named = keepPublicDeclarations(dist, ['index.d.ts', 'infra/index.d.ts']);
const hidden = bundled.filter((name) => named.has(name));
if (hidden.length > 0) throw new Error(`public declarations name what the package hides: ${hidden.join(', ')}`);
const parts = packagesOf(root, [...inHandlers, ...inLibraries]);
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), noticesOf(parts));
// for the bill of materials (sbom.ts)
const listed = parts.map(({ name, version, license }) => ({ name, version, license }));
writeFileSync(join(dist, 'bundled.json'), `${JSON.stringify(listed, null, 1)}\n`);

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
