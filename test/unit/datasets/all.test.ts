import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { datasetByName, datasets } from '../../../functions/datasets/all.ts';

const folder = new URL('../../../functions/datasets/', import.meta.url);

test('every file that declares a dataset is listed, under its own name', () => {
  const declared = readdirSync(folder)
    .filter((file) => /^export const \w+ = defineDataset\(/mu.test(readFileSync(new URL(file, folder), 'utf8')))
    .map((file) => file.replace('.ts', ''));
  expect(declared.length).toBeGreaterThan(0);
  expect(datasets.map(({ name }) => name)).toEqual(declared.toSorted());
});

test('no two datasets have one name or one prefix', () => {
  expect(new Set(datasets.map(({ name }) => name)).size).toBe(datasets.length);
  expect(new Set(datasets.map(({ prefix }) => prefix)).size).toBe(datasets.length);
});

test('a dataset is found by its name', () => {
  expect(datasetByName('zipcodes')?.table).toBe('public.zipcodes');
  expect(datasetByName('constructor')).toBeNull();
});
