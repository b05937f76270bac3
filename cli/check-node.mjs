// Plain JavaScript of 2019, so that an old Node reaches the message below instead of a syntax error. Runs as a program
// of its own (`node check-node.mjs && ...`) or before another one (`node --import ./cli/check-node.mjs ...`).
import { existsSync } from 'fs';
import * as nodeModule from 'module';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

/**
 * What is wrong with the Node that runs this, in words, or null. `typescript` is process.features.typescript: false or
 * missing where Node cannot run TypeScript as it stands (before 22.18). The package pins its own Node, which npm scripts
 * find first; where another one runs, the pinned one was never put in place or is another machine's.
 */
export function nodeProblem({ version, typescript, platform, arch, pinned }) {
  if (typescript) return null;
  const found = `landfall cannot run on Node ${version} (${platform} ${arch}), which does not run TypeScript.`;
  if (!pinned.package)
    return `${found}\nIts own Node 24 is a package that is not installed yet. In the project's folder, run: npm ci`;
  if (!pinned.program) {
    return `${found}\nIts own Node 24 is not in place: the packages were installed with --ignore-scripts (or ignore-scripts=true in .npmrc), or not to the end.\nIn the project's folder, run: npm ci --ignore-scripts=false`;
  }
  return `${found}\nIts own Node 24 (node_modules/node) does not start here: node_modules was probably copied from a machine of another kind, or npm's PATH was left out.\nIn the project's folder, run: npm ci      and start it by npm: npm start, npm run landfall -- ...`;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const problem = nodeProblem({
  version: process.version,
  typescript: process.features.typescript,
  platform: process.platform,
  arch: process.arch,
  pinned: {
    package: existsSync(join(root, 'node_modules/node/package.json')),
    program:
      existsSync(join(root, 'node_modules/node/bin/node')) || existsSync(join(root, 'node_modules/node/bin/node.exe')),
  },
});
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
// before the first file of TypeScript: where all are in the cache, what strips them of their types is not even loaded. Whoever can
// write below node_modules chooses what runs here anyway (docs/adr/0027)
const { enableCompileCache } = nodeModule;
if (enableCompileCache !== undefined) enableCompileCache(join(root, 'node_modules/.cache/landfall'));
