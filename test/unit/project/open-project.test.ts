import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetsAsJson, datasetsOfJson } from '../../../functions/datasets/as-data.ts';
import { openProject } from '../../../project/open-project.ts';
import { foldersToRemove } from '../../support/folders.ts';
import { datasets as samples } from '../../support/sample-datasets.ts';

/** A folder with these files; modules find what this repository exports under `landfall`. */
function projectOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-project-'));
  foldersToRemove.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const index = new URL('../../../index.ts', import.meta.url).href;
const items = { name: 'items', prefix: 'items/', table: 'public.items', key: ['sku'] };
const config = { datasets: ['datasets/*'] };
const told = async (folder: string): Promise<{ names: readonly string[]; problems: readonly string[] }> => {
  const { datasets, problems } = await (await openProject(folder)).declared();
  return {
    names: datasets.map(({ name }) => name),
    problems: problems.map(({ file, message }) => `${relative(folder, file)}: ${message}`),
  };
};

describe('a project', () => {
  it('is this folder or the nearest one above that has a config, and none has no datasets', async () => {
    const folder = projectOf({ 'landfall.config.json': { ...config, home: 'state' }, 'deep/er/x': '' });
    for (const from of ['.', 'deep', 'deep/er']) {
      expect(await openProject(join(folder, from))).toMatchObject({ folder, home: join(folder, 'state') });
    }
    const nowhere = projectOf({});
    expect(await openProject(nowhere)).toMatchObject({ folder: nowhere, configFile: null, home: null });
    expect(await told(nowhere)).toEqual({ names: [], problems: [] });
  });

  it('takes datasets as JSON, YAML, JavaScript and TypeScript, one or a list of them', async () => {
    const define = `import { defineDataset } from '${index}';`;
    const of = (name: string): string =>
      `{ name: '${name}', prefix: '${name}/', table: 'public.${name}', key: ['id'] }`;
    const folder = projectOf({
      'landfall.config.json': config,
      'datasets/a.json': { $schema: '../schema.json', ...items, name: 'a', prefix: 'a/' },
      'datasets/b.yaml':
        '- name: b\n  prefix: b/\n  table: b\n  key: [id]\n- { name: c, prefix: c/, table: c, key: [id] }\n',
      'datasets/d.mjs': `${define} export const one = defineDataset(${of('d')}); export const limit = 3; export const other = { name: 'x' };`,
      'datasets/e.ts': `${define} const key: string = 'id'; export default [${of('e')}, defineDataset(${of('f')})]; export { key };`,
    });
    expect(await told(folder)).toEqual({ names: ['a', 'b', 'c', 'd', 'e', 'f'], problems: [] });
  });

  it('tells all that is wrong with all files, and keeps what is right', async () => {
    const folder = projectOf({
      'landfall.config.json': { datasets: ['datasets/*', 'one-file.json'] },
      'datasets/broken.json': {
        ...items,
        name: 'broken',
        prefix: 'no-slash',
        limits: { maxRejectShare: 1.5 },
        keys: [],
      },
      'datasets/good.json': items,
      'datasets/half.json': '{ "name": ',
      'datasets/none.mjs': 'export const limit = 3;',
      'datasets/notes.txt': 'x',
      'datasets/same.json': { ...items, prefix: 'other/' },
      'datasets/throws.mjs': `throw new Error('no such variable: SHOP');`,
    });
    const { names, problems } = await told(folder);
    expect(names).toEqual(['items']);
    expect(problems.map((line) => line.split(' ').slice(0, 6).join(' '))).toMatchInlineSnapshot(`
      [
        "landfall.config.json: datasets: "one-file.json" is no file",
        "datasets/half.json: Unexpected end of JSON input",
        "datasets/none.mjs: it exports no dataset: write",
        "datasets/notes.txt: it is none of .json,",
        "datasets/throws.mjs: no such variable: SHOP",
        "datasets/broken.json: prefix: must end with /",
        "datasets/broken.json: limits.maxRejectShare: must be at most",
        "datasets/broken.json: "keys" is not a field",
        "datasets/same.json: name: "items" is the name",
      ]
    `);
  });

  it.each([
    [
      'a field that is none',
      { 'landfall.config.json': { dataset: [] } },
      '"dataset" is not a field of a config. Did you mean "datasets"?',
    ],
    [
      'a field of another kind',
      { 'landfall.config.json': { datasets: 'a.json' } },
      'datasets: must be a list of texts',
    ],
    ['no JSON', { 'landfall.config.json': '{' }, 'is no config'],
    ['two configs', { 'landfall.config.json': config, 'landfall.config.mjs': '' }, 'which one counts?'],
    ['a module without a default', { 'landfall.config.mjs': 'export const x = 1' }, 'it has no default export'],
  ])('is refused for %s', async (_, files, message) => {
    await expect(openProject(projectOf(files))).rejects.toThrow(message);
  });
});

it('datasets are the same after they went through a file', () => {
  expect(datasetsOfJson(datasetsAsJson(samples))).toEqual(JSON.parse(JSON.stringify(samples)));
  expect(datasetsOfJson(datasetsAsJson(samples)).map(({ name }) => name)).toEqual(samples.map(({ name }) => name));
});

it('the project of this repository is its demo', async () => {
  const { datasets, problems } = await (await openProject(process.cwd())).declared();
  expect(problems).toEqual([]);
  expect(datasets.map(({ name }) => name)).toEqual(samples.map(({ name }) => name));
});
