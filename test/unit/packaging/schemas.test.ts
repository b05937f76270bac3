import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datasetShape } from '../../../functions/compile/declaration/dataset-shape.ts';
import { loadReportSchema } from '../../../functions/protocol/outcomes.ts';
import { publishedSchemas, schemaText } from '../../../packaging/schemas.ts';
import { configFields } from '../../../project/config-fields.ts';

const folder = join(import.meta.dirname, '../../../schema');
const names = Object.keys(publishedSchemas);

test.each(names)('schema/%s.json is what its fields and their docstrings say (vitest -u writes it)', async (name) => {
  await expect(schemaText(name)).toMatchFileSnapshot(join(folder, `${name}.json`));
});

test('schema/ has no other file', () => {
  expect(readdirSync(folder).toSorted()).toStrictEqual(names.map((name) => `${name}.json`).toSorted());
});

test('each field is there, and those of a dataset and a report that a docstring explains are explained', () => {
  const of = (name: string): Record<string, { description?: string }> => {
    const schema = JSON.parse(schemaText(name)) as Schema;
    return (schema.definitions?.['dataset'] ?? schema).properties;
  };
  expect(Object.keys(of('config'))).toStrictEqual(Object.keys(configFields));
  expect(Object.keys(of('dataset')).toSorted()).toStrictEqual(
    ['$schema', ...Object.keys(datasetShape.in.shape)].toSorted(),
  );
  expect(Object.keys(of('report'))).toStrictEqual(Object.keys(loadReportSchema.shape));
  expect(of('dataset')['keepRejectsDays']?.description).toMatch(/^Days after which the sweep forgets the rejects/);
  expect(of('dataset')['timeZone']?.description).toMatch(/^Name of the zone in which a moment without an offset/);
  expect(of('report')['unkept']?.description).toMatch(/^Rejects behind `limits.maxKeptBytes`/);
});

interface Schema {
  readonly properties: Record<string, { description?: string }>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}
