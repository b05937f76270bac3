import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

test('settings have defaults, and context of others is left alone', () => {
  expect(readSettings(new App({ context: { 'cli-telemetry': false } }).node)).toEqual({
    stackName: 'Landfall',
    databaseUrlSecret: 'landfall/database-url',
    mergeLanes: 2,
  });
});

test('a number may come from the command line, where it is text', () => {
  expect(readSettings(new App({ context: { 'landfall:mergeLanes': '4' } }).node).mergeLanes).toBe(4);
});

test('all problems are reported together, a misspelt name with the names there are', () => {
  const context = { 'landfall:mergeLanes': '0', 'landfall:stackName': '9', 'landfall:databaseSecret': 'x' };
  expect(() => readSettings(new App({ context }).node)).toThrowErrorMatchingInlineSnapshot(`
    [Error: the settings in the CDK context are not right:
      landfall:stackName: letters, digits and hyphens, starting with a letter
      landfall:mergeLanes: Too small: expected number to be >=1
      landfall:databaseSecret: is not a setting; there are stackName, databaseUrlSecret, mergeLanes]
  `);
});
