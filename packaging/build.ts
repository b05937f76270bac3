import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleHandlers } from '../infra/functions/bundle.ts';
import { keepPublicDeclarations } from './declarations.ts';
import { noticesOf, packagesOf } from './notices.ts';
import { bundleProgram } from './program.ts';

/**
 * Makes dist/, which `npm pack` publishes (it runs this first, as `prepack`): the bundled program with source maps, declarations,
 * the command's start, the ledger's migrations, the functions' bundles for a deployment, so that nobody who installs the package
 * needs a compiler or has to fetch what it is made of, and the licences of all that is bundled.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
declare();
const inHandlers = bundleHandlers(join(dist, 'handlers'), { testable: false });
const inProgram = await bundleProgram({ root, folder: join(dist, 'program') });
mkdirSync(join(dist, 'cli'), { recursive: true });
cpSync(join(root, 'cli/landfall.mjs'), join(dist, 'cli/landfall.mjs'));
chmodSync(join(dist, 'cli/landfall.mjs'), 0o755);
exportAt('index', 'program/command/index.mjs');
exportAt('infra/index', '../program/stack/index.mjs');
const named = keepPublicDeclarations(dist, ['index.d.ts', 'infra/index.d.ts']);
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<
  Record<string, object>
>;
const hidden = [...named].filter(
  (name) => !name.startsWith('node:') && !Object.keys({ ...dependencies, ...peerDependencies }).some(isOf(name)),
);
if (hidden.length > 0)
  throw new Error(`public declarations name what the package does not bring: ${hidden.join(', ')}`);
const parts = packagesOf(root, [...inHandlers, ...inProgram]);
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), noticesOf(parts));
// for the bill of materials (sbom.ts)
const listed = parts.map(({ name, version, license }) => ({ name, version, license }));
writeFileSync(join(dist, 'bundled.json'), `${JSON.stringify(listed, null, 1)}\n`);

/** Writes the declarations, and says what is wrong with the types. */
function declare(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
}

/** Beside the declarations, which lie where the sources do: what is imported there. */
function exportAt(name: string, bundle: string): void {
  const file = join(dist, `${name}.js`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `export * from '${bundle.startsWith('.') ? bundle : `./${bundle}`}';\n`);
}

/** Whether a package is the one of a specifier (`aws-cdk-lib/aws-s3`). */
function isOf(specifier: string): (name: string) => boolean {
  return (name) => specifier === name || specifier.startsWith(`${name}/`);
}
