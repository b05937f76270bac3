import { describe, expect, it } from 'vitest';
import { positionsIn } from '../../../project/positions.ts';
import type { Place } from '../../../project/problems.ts';

async function places(file: string, text: string, ...at: Place[]): Promise<readonly string[]> {
  const where = await positionsIn(file, text);
  return at.map((each) => {
    const { line, column } = where(each);
    return `${line}:${column}`;
  });
}

describe('where a field stands', () => {
  it.each([
    ['two blanks', '  '],
    ['tabs', '\t'],
  ])('in JSON that is indented with %s', async (_, indent) => {
    const text = JSON.stringify({ name: 'a', key: ['id', 'no'], columns: { rules: { 'a b': 1 } } }, null, indent);
    const wide = indent.length;
    expect(
      await places('a.json', text, ['name'], ['key', 1], ['columns', 'rules', 'a b'], ['columns', 'clean', 'x'], []),
    ).toEqual([`2:${1 + wide}`, `5:${1 + 2 * wide}`, `9:${1 + 3 * wide}`, `7:${1 + wide}`, '1:1']);
  });

  it('in a list of datasets, and behind a byte order mark', async () => {
    expect(await places('a.json', '[{"name": "a"},\n {"name": "b"}]', [1, 'name'])).toEqual(['2:3']);
    expect(await places('a.json', '\uFEFF{\n"name": 1}', ['name'])).toEqual(['2:1']);
  });

  it('in YAML, in flow and block, with anchors', async () => {
    const text = 'name: a\nkey: [id, no]\ncolumns:\n  rules: &r\n    qty: { min: 1 }\n  clean: *r\n';
    expect(
      await places('a.yaml', text, ['key', 1], ['columns', 'rules', 'qty', 'min'], ['columns', 'clean', 'qty']),
    ).toEqual(['2:11', '5:12', '5:5']);
  });

  it.each([
    ['a comma too many', 'a.json', '{\n "a": 1,\n}', '3:1'],
    ['no value', 'a.json', '{"name": "x",\n "prefix": }', '2:12'],
    ['no end', 'a.json', '{"name": "x",\n "prefix": 1', '2:13'],
    ['YAML that is none', 'a.yml', 'a: 1\nkey: [id\nb: 2\n', '3:1'],
  ])('that cannot be read for %s is where that shows', async (_, file, text, expected) => {
    expect(await places(file, text, ['name'])).toEqual([expected]);
  });

  it('in a module is the export, and below it the field as it is written there', async () => {
    const text = [
      `import { defineDataset } from 'landfall';`,
      `const prefix = 'b/';`,
      `export const a = defineDataset({ name: 'a', columns: { rules: { qty: {} } } });`,
      `export const b = defineDataset({`,
      `  name: 'b', prefix,`,
      `  columns: {`,
      `    rename: { rules: 'rules', "Order No": 'no' },`,
      `    rules: { qty: { min: '1' } },`,
      `  },`,
      `});`,
      `export default [b];`,
    ].join('\n');
    expect(
      await places(
        'a.ts',
        text,
        ['a', 'columns', 'rules', 'qty'],
        ['b', 'columns', 'rename', 'Order No'],
        ['b', 'prefix'],
        ['b', 'limits'],
        ['default', 0],
        ['b', 'columns', 'rules', 'qty', 'min'],
        ['gone'],
        [],
      ),
    ).toEqual(['3:65', '7:31', '5:14', '4:1', '11:1', '8:21', '1:1', '1:1']);
  });
});
