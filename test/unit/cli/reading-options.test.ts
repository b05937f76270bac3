import { expect, it } from 'vitest';
import { readReading } from '../../../cli/typed/reading/reading-options.ts';

function read(values: Record<string, string>): { reading: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  return { reading: readReading({ values, flags: new Set(), lists: {} }, problems).reading, problems };
}

it('columns of fixed width are names and widths, a name may hold a comma or a colon', () => {
  expect(read({ fixed: 'id:10, full name : 3,:2,a:b\\,c:4' })).toEqual({
    reading: {
      fixed: [
        { name: 'id', width: 10 },
        { name: 'full name', width: 3 },
        { name: '', width: 2 },
        { name: 'a:b,c', width: 4 },
      ],
    },
    problems: [],
  });
  expect(read({ fixed: 'id,name:0' }).problems).toEqual([
    expect.stringContaining('--fixed: "id" is not NAME:WIDTH'),
    expect.stringContaining('--fixed: "name:0" is not NAME:WIDTH'),
  ]);
});

it('a path to the records of JSON is one that can be followed', () => {
  expect(read({ 'json-path': '$.data.items[*]' })).toEqual({ reading: { jsonPath: '$.data.items[*]' }, problems: [] });
  expect(read({ 'json-path': 'a[0]' }).problems).toEqual([expect.stringContaining('--json-path: "a[0]" is no path')]);
});
