import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, so that an old Node can run it
import { nodeProblem } from '../../../cli/check-node.mjs';
import { sourcesCache } from '../../../project/own-package.ts';

const old = { version: 'v20.20.2', typescript: false, platform: 'linux', arch: 'x64' };

test.each([
  ['a Node that runs TypeScript', { ...old, typescript: 'strip', pinned: { package: false, program: false } }],
  ['nothing installed', { ...old, pinned: { package: false, program: false } }],
  ['installed without scripts', { ...old, pinned: { package: true, program: false } }],
  ['installed on another kind of machine', { ...old, arch: 'arm64', pinned: { package: true, program: true } }],
  [
    'a Node of 2018 has no such feature at all',
    { ...old, version: 'v10.0.0', typescript: undefined, pinned: { package: false, program: false } },
  ],
])('%s', (_, found) => {
  expect(nodeProblem(found)).toMatchSnapshot();
});

test('what is imported after it comes from the cache of the sources', () => {
  const words = ['--import', './cli/check-node.mjs', '-p', "require('node:module').getCompileCacheDir()"];
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const folder = execFileSync(process.execPath, words, { encoding: 'utf8', env }).trim();
  expect(dirname(folder)).toBe(sourcesCache);
});
