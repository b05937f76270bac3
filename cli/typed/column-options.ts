import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Arguments } from './usage.ts';

/** Options of load that say what becomes of the columns of a file. */
export const columnOptions = ['rename', 'ignore', 'ignore-positions', 'unknown-columns'] as const;

type Columns = Pick<LoadRequest, 'rename' | 'ignore' | 'ignorePositions' | 'unknownColumns'>;

/** Them as a request has them; what is wrong is added to `problems`. What a name stands for is the dataset's to check. */
export function readColumns({ values, lists }: Pick<Arguments, 'values' | 'lists'>, problems: string[]): Columns {
  const positions = values['ignore-positions'];
  const unknown = values['unknown-columns'];
  return {
    ...readRename(lists['rename'], problems),
    ...readIgnore(lists['ignore'], problems),
    ...(positions === undefined ? {} : { ignorePositions: readPositions(positions, problems) }),
    ...(unknown === undefined ? {} : { unknownColumns: readUnknownColumns(unknown, problems) }),
  };
}

/** Names apart at commas, but for those with a backslash before them. */
export function namesTyped(typed: string): string[] {
  return typed.split(/(?<!\\),/).map((name) => name.replaceAll('\\,', ',').trim());
}

/** A header may hold an equals sign, a column of a table seldom does: the last one counts. */
function readRename(typed: readonly string[] | undefined, problems: string[]): Columns {
  if (typed === undefined) return {};
  const renamed = typed.map((one) => {
    const equals = one.lastIndexOf('=');
    return { one, header: one.slice(0, Math.max(0, equals)).trim(), column: one.slice(equals + 1).trim() };
  });
  for (const [i, { one, header, column }] of renamed.entries()) {
    if (header === '' || column === '')
      problems.push(`--rename: "${one}" is not HEADER=COLUMN; write for example --rename 'Full name=name'`);
    else if (renamed.findIndex((other) => other.header === header) < i)
      problems.push(`--rename: "${header}" is renamed twice`);
  }
  return { rename: Object.fromEntries(renamed.map(({ header, column }) => [header, column])) };
}

function readIgnore(typed: readonly string[] | undefined, problems: string[]): Columns {
  if (typed === undefined) return {};
  const ignore = typed.flatMap((one) => namesTyped(one));
  if (ignore.includes(''))
    problems.push(
      `--ignore: "${typed.join(',')}" holds an empty name; a column without one is ignored by its place, --ignore-positions 3`,
    );
  return { ignore };
}

/** Places of columns, from 1: `1,5`. */
function readPositions(typed: string, problems: string[]): number[] {
  const places = typed.split(',').map((place) => Number(place.trim()));
  if (!places.every((place) => Number.isSafeInteger(place) && place >= 1)) {
    problems.push(
      `--ignore-positions: "${typed}" is no list of places; the first column is 1, write --ignore-positions 1,5`,
    );
  }
  return places;
}

/** `capture=COLUMN` as a dataset has it. */
function readUnknownColumns(typed: string, problems: string[]): NonNullable<LoadRequest['unknownColumns']> {
  const [, column] = /^capture=(.+)$/.exec(typed) ?? [];
  if (column !== undefined) return { capture: column };
  if (typed !== 'refuse' && typed !== 'ignore') {
    problems.push(`--unknown-columns: "${typed}" is none; it is refuse, ignore or capture=COLUMN`);
  }
  return typed;
}
