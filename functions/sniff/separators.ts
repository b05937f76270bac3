import type { Contract } from '../core/contract.ts';
import { firstLines } from '../formats/delimited/header/top-lines.ts';
import { foldHeader } from '../formats/shared/column-names.ts';

const searchedLines = 50;
const mostSeparatorBytes = 8;

/** A name of a column, with what may stand around it. */
const words = /[\p{L}\p{N}_]+/gu;

/**
 * What stands between names of the table's columns in one of the first lines, where it is always the same and more than one
 * byte: `id::name::note`. A byte alone is among the usual ones, or is too rare to be guessed.
 */
export function separatorsBetweenNames(
  { headerNames }: Pick<Contract, 'headerNames'>,
  head: string,
  recordEnd?: string,
): readonly string[] {
  const found = firstLines(head, searchedLines, recordEnd)
    .map((line) => separatorOf(line, headerNames))
    .filter((separator) => separator !== null);
  return [...new Set(found)];
}

function separatorOf(line: string, headerNames: Readonly<Record<string, string>>): string | null {
  const names = [...line.slice(0, 10_000).matchAll(words)];
  if (names.length < 2 || !names.every(([name]) => Object.hasOwn(headerNames, foldHeader(name)))) return null;
  const between = names.slice(1).map(({ index }, i) => {
    const before = names[i] as RegExpExecArray;
    return line.slice(before.index + before[0].length, index).replaceAll(/["']/g, '');
  });
  const [separator = ''] = between;
  const isOne = between.every((each) => each === separator);
  return isOne && separator.length > 1 && separator.length <= mostSeparatorBytes ? separator : null;
}
