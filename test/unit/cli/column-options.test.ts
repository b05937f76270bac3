import { expect, test } from 'vitest';
import { readColumns } from '../../../cli/typed/column-options.ts';

function read(lists: Record<string, string[]>): { columns: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  return { columns: readColumns({ values: {}, lists }, problems), problems };
}

test('names of a file are mapped and dropped as they are typed', () => {
  const typed = { rename: ['Full name=name', 'a=b = c'], ignore: ['x, y', String.raw`Day\, UTC`] };
  expect(read(typed)).toEqual({
    columns: { rename: { 'Full name': 'name', 'a=b': 'c' }, ignore: ['x', 'y', 'Day, UTC'] },
    problems: [],
  });
});

test('what is no mapping is told, all at once', () => {
  const { problems } = read({ rename: ['name', '=name', 'Name=', 'a=b', 'a=c'], ignore: ['a,,b'] });
  expect(problems).toEqual([
    `--rename: "name" is not HEADER=COLUMN; write for example --rename 'Full name=name'`,
    `--rename: "=name" is not HEADER=COLUMN; write for example --rename 'Full name=name'`,
    `--rename: "Name=" is not HEADER=COLUMN; write for example --rename 'Full name=name'`,
    '--rename: "a" is renamed twice',
    '--ignore: "a,,b" holds an empty name; a column without one is ignored by its place, --ignore-positions 3',
  ]);
});
