import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conflictShape } from '../../../functions/compile/declaration/conflict-shape.ts';
import { conflictRules, typedRule } from '../../../functions/conflict/all.ts';
import { readFolder } from '../../architecture/repository.ts';

const text = (path: string): string => readFileSync(path, 'utf8');

test.each(['docs/datasets.md', 'README.md'])('%s has a row for each conflict rule', (path) => {
  const missing = conflictRules.filter(({ words: [word] }) => !text(path).includes(`| \`${word}\``));
  expect(missing.map(({ words }) => words[0])).toEqual([]);
});

test('docs/cli.md and the help of load name each conflict rule as it is typed', () => {
  const line = text('docs/cli.md')
    .split('\n')
    .find((each) => each.startsWith('| `--conflict RULE`'));
  for (const rule of conflictRules) expect(line).toContain(`\`${typedRule(rule)}\``);
});

test('a rule has words of its own, and older ones become its name', () => {
  const words = conflictRules.flatMap((rule) => rule.words);
  expect(new Set(words).size).toBe(words.length);
  expect(conflictShape.parse({ rule: 'update' })).toEqual({ rule: 'upsert', winner: 'last' });
  expect(conflictShape.parse(undefined)).toEqual({ rule: 'upsert', winner: 'last' });
});

test('nobody outside of functions/conflict/ asks which rule it is', () => {
  const names = [...new Set(conflictRules.flatMap(({ name, words }) => [name, ...words]))].filter(
    (word) => word !== 'update',
  );
  const asks = new RegExp(`conflict\\.rule|['"](?:${names.join('|')})['"]`, 'u');
  const asking = ['functions', 'cli', 'infra', 'localstack']
    .flatMap((folder) => readFolder(folder))
    .filter(({ path }) => !path.startsWith('functions/conflict/') && !path.startsWith('functions/datasets/'))
    // steps of cleaning and OpenLineage's options have words of their own
    .filter(({ path }) => !path.startsWith('functions/cleaning/') && !path.startsWith('cli/telemetry/'))
    // so is a verb called
    .filter(({ path }) => !/verbs\/(?:rows\/)?history\.ts$/u.test(path))
    .filter(({ path }) => asks.test(text(path)));
  expect(asking.map(({ path }) => path)).toEqual([]);
});
