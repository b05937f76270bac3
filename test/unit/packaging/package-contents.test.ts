import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepPublicDeclarations } from '../../../packaging/declarations.ts';
import { licenceInReadme, noticesOf, packageFolder, packagesOf } from '../../../packaging/notices.ts';
import { requireNames } from '../../../packaging/program.ts';
import { packageBill } from '../../../packaging/sbom.ts';

const root = join(import.meta.dirname, '../../..');

test('declarations stay that public ones lead to, however they name them', () => {
  const dist = mkdtempSync(join(tmpdir(), 'landfall-declarations-'));
  onTestFinished(() => rmSync(dist, { recursive: true }));
  const texts = {
    'index.d.ts': "export { a } from './a.js';\nimport type { Z } from 'zod';\nexport type Y = Z;\n",
    'a.d.ts': 'export declare const a: import("./b.ts").B;\n',
    'b.d.ts': 'export * from \'./c.ts\';\nexport type B = import("@aws-sdk/client-s3").S3Client;\n',
    'c.d.ts': 'export declare const c = 1;\n',
    'hidden.d.ts': "export * from './c.ts';\n",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(dist, name), text);
  expect([...keepPublicDeclarations(dist, ['index.d.ts'])].toSorted()).toEqual(['@aws-sdk/client-s3', 'zod']);
  expect(Object.keys(texts).filter((name) => !existsSync(join(dist, name)))).toEqual(['hidden.d.ts']);
});

test.each([
  ['node_modules/pg/lib/index.js', 'node_modules/pg'],
  ['node_modules/a/node_modules/@b/c/d.js', 'node_modules/a/node_modules/@b/c'],
  ['functions/stage/handler.ts', null],
])('%s is of %s', (input, folder) => expect(packageFolder(input)).toBe(folder));

test('each package that is bundled brings its licence, from a file, its README or its name', () => {
  const inputs = [
    'yauzl/index.js',
    'pg-types/index.js',
    'saxes/saxes.js',
    '@aws-lambda-powertools/commons/lib/esm/index.js',
  ];
  const packages = packagesOf(
    root,
    [...inputs, inputs[0] ?? ''].map((path) => `node_modules/${path}`),
  );
  expect(packages.map(({ name, license }) => [name, license])).toEqual([
    ['@aws-lambda-powertools/commons', 'MIT-0'],
    ['pg-types', 'MIT'],
    ['saxes', 'ISC'],
    ['yauzl', 'MIT'],
  ]);
  const notices = noticesOf(packages);
  expect(notices).toMatch(/Copyright \(c\) \d+ Josh Wolfe/u);
  expect(notices).toContain('Copyright (c) 2014 Brian M. Carlson');
  expect(notices).toContain('Copyright Louis-Dominique Dubeau\n\nPermission to use, copy, modify, and/or distribute');
  expect(licenceInReadme('# A\n## License\nSee LICENSE.\n')).toBe(null);
  expect(() => noticesOf([{ name: 'silent', version: '1.0.0', license: 'EUPL-1.2', texts: [] }])).toThrow(/silent/u);
});

test('one text is said once, with all who have it', () => {
  const alike = ['a', 'b'].map((name) => ({ name, version: '1.0.0', license: 'MIT', texts: ['The same.'] }));
  expect(noticesOf(alike)).toContain('a 1.0.0\nb 1.0.0\nLicence: MIT\n\nThe same.\n');
});

test('the bill has what is installed and what is bundled, and no other development package', () => {
  const component = (name: string, dev: boolean) => ({
    'bom-ref': `${name}@1`,
    name,
    version: '1',
    properties: dev ? [{ name: 'cdx:npm:package:development', value: 'true' }] : [],
  });
  const whole = {
    metadata: { component: component('folder', false) },
    components: [component('pg', false), component('sdk', true), component('vitest', true)],
    dependencies: [
      { ref: 'folder@1', dependsOn: ['pg@1', 'sdk@1', 'vitest@1'] },
      { ref: 'vitest@1', dependsOn: ['pg@1'] },
    ],
  };
  const bill = packageBill(whole, [{ name: 'sdk', version: '1' }], 'landfall');
  expect(bill.metadata.component.name).toBe('landfall');
  expect(bill.components).toEqual([component('pg', false), { ...component('sdk', false), scope: 'required' }]);
  expect(bill.dependencies).toEqual([{ ref: 'folder@1', dependsOn: ['pg@1', 'sdk@1'] }]);
  expect(() => packageBill(whole, [{ name: 'sdk', version: '2' }], 'landfall')).toThrow(/sdk@2/u);
});

test('the command that the release is told is that of the bill', () => {
  const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');
  expect(workflow).toContain('node_modules/.bin/node packaging/sbom.ts release/sbom.cdx.json');
});

test('a package without names in the bundle is not imported late', () => {
  const output = { bytes: 1, inputs: {} };
  const built = (exports: string[]) => ({
    outputs: {
      'main.mjs': { ...output, imports: [{ path: 'late.mjs', kind: 'dynamic-import' as const }], exports: [] },
      'late.mjs': { ...output, imports: [], exports, entryPoint: 'node_modules/yaml/dist/index.js' },
    },
  });
  expect(() => requireNames(built(['default', 'parse']))).not.toThrow();
  expect(() => requireNames(built(['default']))).toThrow(/^node_modules\/yaml\/dist\/index\.js: CommonJS/u);
});
