import { describe, expect, test } from 'vitest';
import { machineFunctions, outsideFunctions } from '../../functions/protocol/pipeline.ts';
import { readFile, readFolder } from './repository.ts';
import { rules } from './rules.ts';

const folders = ['functions', 'project', 'infra', 'localstack', 'cli', 'packaging', 'test'] as const;
const files = [...folders.flatMap((folder) => readFolder(folder)), readFile('index.ts')];

describe('the repository keeps to who may import whom', () => {
  test.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(files)).toEqual([]);
  });
});

describe('the rules looked at something', () => {
  test.each(folders)('%s holds files with imports', (folder) => {
    const own = files.filter((file) => file.path.startsWith(`${folder}/`));
    expect(own.length).toBeGreaterThanOrEqual(3);
    expect(own.flatMap((file) => file.imports).length).toBeGreaterThan(own.length / 2);
  });

  test('every function of the pipeline has its handler and its folder', () => {
    const paths = files.map((file) => file.path);
    for (const name of [...machineFunctions, ...outsideFunctions])
      expect(paths).toContain(`functions/${name}/handler.ts`);
  });

  test('relative imports resolve to files that were read, so no rule was evaded by a path it cannot follow', () => {
    const paths = new Set(files.map((file) => file.path));
    const lost = files.flatMap((file) =>
      file.imports
        .filter((each) => each.specifier?.startsWith('.') === true && each.target?.endsWith('.ts') === true)
        .filter((each) => !paths.has(each.target ?? ''))
        .map((each) => `${file.path}:${each.line} ${each.specifier}`),
    );
    expect(lost).toEqual([]);
  });

  test('no import leads into the repository by anything but a relative path', () => {
    const sideways = files.flatMap((file) =>
      file.imports.filter(({ specifier }) => /^(#|\/|file:|functions\/|landfall)/.test(specifier ?? '')),
    );
    expect(sideways).toEqual([]);
  });
});
