import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineFunctions, outsideFunctions } from '../../../functions/protocol/pipeline.ts';
import { loadCodes } from '../../../functions/protocol/load-codes.ts';
import { leniencies } from '../../../functions/words/leniencies.ts';
import { verbs } from '../../../cli/verbs.ts';
import { anchorsOf, codeBlocks, documents, read, root } from './documents.ts';

const links = documents.flatMap((path) =>
  [...read(path).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/gu)]
    .map(([, target = '', anchor]) => ({ path, target: target === '' ? path : join(dirname(path), target), anchor }))
    .filter(({ target }) => !/(?:^|\/)[a-z]+:/u.test(target)),
);

test('every link leads to a file or a folder', () => {
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ target }) => !existsSync(join(root, target)))).toEqual([]);
});

test('every link into a page leads to a heading', () => {
  const into = links.flatMap(({ path, target, anchor }) => (anchor === undefined ? [] : [{ path, target, anchor }]));
  expect(into.length).toBeGreaterThan(10);
  expect(into.filter(({ target, anchor }) => !anchorsOf(target).has(anchor))).toEqual([]);
});

test('a page calls its headings as links do', () => {
  expect(anchorsOf('docs/deploy.md')).toContain('6-the-ledger');
});

test('every source file that a document names exists', () => {
  const files = globSync('{cli,functions,infra,localstack,test}/**/*.{ts,mjs,sql}', { cwd: root });
  const names = new Set(files.map((file) => basename(file)));
  const named = documents.flatMap((path) =>
    [...read(path).matchAll(/`([\w./-]+\.(?:ts|mjs|sql))`/gu)].map(([, file = '']) => ({ path, file })),
  );
  expect(named.length).toBeGreaterThan(100);
  const isThere = (path: string, file: string): boolean =>
    file.includes('/')
      ? [root, join(root, dirname(path))].some((from) => existsSync(join(from, file)))
      : names.has(file);
  expect(named.filter(({ path, file }) => !isThere(path, file))).toEqual([]);
});

test('every file of functions/ is named by the README of its folder', () => {
  // which hold what their names say: one function, its statements, one verb a file
  const plain = /\/(?:handler|sql)\.ts$|^functions\/operate\/verbs\//u;
  const files = globSync('functions/**/*.ts', { cwd: root }).filter((path) => !plain.test(path));
  const nearest = (folder: string): string =>
    documents.includes(`${folder}/README.md`) ? `${folder}/README.md` : nearest(dirname(folder));
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((path) => !read(nearest(dirname(path))).includes(basename(path)))).toEqual([]);
});

test('functions/README.md has each folder once, as a layer or as a step', () => {
  const [, layers = ''] = read('functions/README.md').split('## Who may import whom\n');
  const table = layers.split('\n\n').find((block) => block.startsWith('| folder'));
  const named = [...(table ?? '').matchAll(/\[`(\w+)\/`\]/gu)].map(([, folder = '']) => folder);
  const folders = globSync('functions/*/', { cwd: root }).map((path) => basename(path));
  const inSteps = [...machineFunctions, ...outsideFunctions].filter((step) => step !== 'migrate');
  expect([...named, ...inSteps].toSorted()).toEqual(folders.toSorted());
});

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = documents.flatMap((path) =>
    [...read(path).matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/gu)].map(([, name = '']) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('no document says the same in two rows or entries', () => {
  const twice = documents.flatMap((path) => {
    const said = read(path)
      .split('\n')
      .filter((line) => /^[|-] /u.test(line))
      // the first two cells: of two rows that begin alike one is older
      .map((line) => (line.startsWith('|') ? line.split(' | ').slice(0, 2).join(' | ') : line))
      .filter((line) => line.length > 50);
    return said.filter((line, i) => said.indexOf(line) !== i).map((line) => `${path}: ${line}`);
  });
  expect(twice).toEqual([]);
});

test('docs/operations.md says what to do for every load code', () => {
  const rows = [...read('docs/operations.md').matchAll(/^\| `([A-Z_\d]+)` \| .+ \| .+ \|$/gmu)].map(
    ([, code = '']) => code,
  );
  expect(rows.toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(loadCodes).toSorted((a, b) => a.localeCompare(b)),
  );
});

test.each(['README.md', 'docs/datasets.md'])('%s names every leniency', (path) => {
  expect(Object.keys(leniencies).filter((name) => !read(path).includes(`\`${name}\``))).toEqual([]);
});

test('docs/cli.md names every verb', () => {
  expect(Object.keys(verbs).filter((verb) => !read('docs/cli.md').includes(`| \`${verb}`))).toEqual([]);
});

describe('a dataset that a document declares', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-docs-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const examples = ['README.md', 'docs/datasets.md'].flatMap((path) =>
    codeBlocks(path, 'ts').map((code, i) => ({ path, i, code })),
  );
  test('there is one in each', () => {
    expect(new Set(examples.map(({ path }) => path)).size).toBe(2);
  });
  test.each(examples)('is valid: $path, example $i', async ({ i, path, code }) => {
    // where it would lie, and as it stands but for the place of the import
    const schema = pathToFileURL(join(root, 'index.ts')).href;
    const file = join(folder, `${path.replaceAll(/\W/gu, '-')}-${i}.mjs`);
    expect(code).toContain(`from 'landfall'`);
    writeFileSync(file, code.replace(`'landfall'`, `'${schema}'`));
    const declared = Object.values((await import(pathToFileURL(file).href)) as Record<string, { name?: string }>);
    expect(declared.map(({ name }) => code.includes(`name: '${name}'`))).toEqual([true]);
  });
});
