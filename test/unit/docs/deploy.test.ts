import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { machineFunctions, outsideFunctions } from '../../../functions/protocol/pipeline.ts';
import { codeBlocks, read } from './documents.ts';
import { tableBelow } from './figures.ts';

const settingRows = tableBelow('docs/deploy.md', '4. Settings').map(([names = '']) => names);
const settings = new Set(
  settingRows.flatMap((names) => [...names.matchAll(/`(landfall:\w+)`/gu)].map(([, name]) => name)),
);

test('the context of docs/deploy.md is JSON of settings that it explains', () => {
  const examples = codeBlocks('docs/deploy.md', 'json').map((text) => JSON.parse(text) as object);
  expect(examples.length).toBeGreaterThan(0);
  expect(examples.flatMap((example) => Object.keys(example)).filter((name) => !settings.has(name))).toEqual([]);
});

test.each(['docs/deploy.md', 'docs/scale.md', 'docs/cost.md', 'docs/security.md'])(
  '%s names no setting that docs/deploy.md does not explain',
  (path) => {
    const named = [...read(path).matchAll(/\blandfall:[a-z]\w+/gu)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
  },
);

test('docs/deploy.md explains every setting of infra', () => {
  const source = read('infra/settings.ts');
  const shape = source.slice(source.indexOf('strictObject({'), source.indexOf('\n});'));
  const names = [...shape.matchAll(/^ {2}(\w+):/gmu)].map(([, name]) => `landfall:${name}`);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !settings.has(name))).toEqual([]);
});

test.each([
  ['infra/props.ts', 'LandfallProps', 'prop'],
  ['infra/database.ts', 'ExistingDatabaseProps', 'prop of `existing`'],
  ['infra/database.ts', 'AuroraDatabaseProps', 'prop of `aurora`'],
])('docs/deploy.md explains every prop of %s %s', (path, name, head) => {
  const source = read(path);
  const [, shape = ''] = source.split(`export interface ${name} {`);
  const props = [...shape.slice(0, shape.indexOf('\n}')).matchAll(/^ {2}readonly (\w+)/gmu)].map(([, prop]) => prop);
  expect(props.length).toBeGreaterThan(7);
  const [, table = ''] = read('docs/deploy.md').split(`| ${head} |`);
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
  const told = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/gu)].map(([, prop]) => prop));
  expect(told).toHaveLength(props.length);
  expect(new Set(told)).toEqual(new Set(props));
});

test('docs/deploy.md names every output of the stack', () => {
  const outputs = [
    ...read('infra/deployment.ts').matchAll(/\b[A-Z]\w*(?:BucketName|FunctionName|MachineArn|TopicArn|QueueUrl)\b/gu),
  ];
  expect(outputs.length).toBeGreaterThan(2);
  expect(outputs.map(([name]) => name).filter((name) => !read('docs/deploy.md').includes(`\`${name}\``))).toEqual([]);
});

test('its commands are a shell’s', () => {
  const commands = codeBlocks('docs/deploy.md', '').filter((text) => !text.startsWith('drop schema'));
  expect(commands.length).toBeGreaterThan(8);
  for (const text of commands) {
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  }
});

test('docs/security.md says of every function what it may do', () => {
  const rows = tableBelow('docs/security.md', 'Who may do what').map(([name = '', ...may]) => [
    name.replaceAll('`', ''),
    ...may,
  ]);
  expect(rows.map(([name]) => name)).toEqual([...machineFunctions, ...outsideFunctions]);
  const those = (column: number, word: string): readonly (string | undefined)[] =>
    rows.filter((row) => row[column]?.includes(word)).map(([name]) => name);
  // its own promises
  expect(those(1, 'owner')).toEqual(['migrate']);
  expect(those(2, 'writes')).toEqual(['fetch']);
  expect(those(3, 'writes')).toEqual(['whole', 'report']);
});
