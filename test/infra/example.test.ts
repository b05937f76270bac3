import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { plain, statements } from './support/statements.ts';

const folder = join(import.meta.dirname, '../../examples/own-stack');

/** What the example imports, as the package exports it: from the source here. */
const sources = { landfall: 'index.ts', 'landfall/cdk': 'infra/index.ts' };
const urls = Object.fromEntries(
  Object.entries(sources).map(([name, path]) => [name, pathToFileURL(join(import.meta.dirname, '../..', path)).href]),
);
const hooks = `import { registerHooks } from 'node:module';
const urls = ${JSON.stringify(urls)};
registerHooks({ resolve: (name, context, next) => next(urls[name] ?? name, context) });`;

test('examples/own-stack is an app of somebody’s own, with one Landfall in its stack', () => {
  const out = mkdtempSync(join(tmpdir(), 'landfall-example-'));
  try {
    const context = { 'aws:cdk:bundling-stacks': [] };
    const run = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`, 'app.mjs'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' },
      },
    );
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const template = Template.fromString(readFileSync(join(out, 'Shop.template.json'), 'utf8'));
    const rules = Object.values(template.findResources('AWS::Events::Rule')).map((each) => each['Properties']);
    expect(rules.map((rule) => rule.EventPattern.detail.object?.key)).toContainEqual([
      { prefix: 'orders/' },
      { prefix: 'rates/' },
    ]);
    const operators = statements(template).filter(({ role }) => role === '<Operators>');
    expect(operators.flatMap(({ resources }) => resources)).toContain('<LandfallFunctionsOperateFunction.Arn>');
    const policies = Object.values(template.findResources('AWS::S3::BucketPolicy')).map((each) => each['Properties']);
    const landing = policies.find((each) => plain(each.Bucket) === '<LandfallDataLandingBucket>');
    expect(JSON.stringify(landing)).toContain('/orders/*');
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test('its versions of the CDK are those that the constructs are tested with', () => {
  const read = (path: string): Record<string, Record<string, string>> =>
    JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string>>;
  const [own, ours] = [read(join(folder, 'package.json')), read('package.json')];
  for (const name of ['aws-cdk-lib', 'constructs', 'aws-cdk'])
    expect({ ...own['dependencies'], ...own['devDependencies'] }[name], name).toBe(ours['devDependencies']?.[name]);
  expect(own['dependencies']?.['landfall']).toBe(ours['version']);
});
