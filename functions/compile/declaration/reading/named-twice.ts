import { exactHeader, isNamed } from '../../../formats/shared/column-names.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Reading } from './reading-fields.ts';

/**
 * Names of columns that stand twice where a file's columns are named: no file can be loaded by them, so none is looked at. Names that
 * differ in case are left to the table, whose columns may too; what is ignored by its place may have any name.
 */
export function crossCheckNames(
  { header, fixed }: Pick<Reading, 'header' | 'fixed'>,
  ignorePositions: readonly number[],
  report: (path: readonly (string | number)[], message: string) => void,
): void {
  const places = new Map<string, number>();
  const names = header ?? fixed?.map(({ name }) => name) ?? [];
  names.forEach((written, i) => {
    const name = exactHeader(written);
    if (!isNamed(name) || ignorePositions.includes(i + 1)) return;
    const first = places.get(name);
    if (first === undefined) places.set(name, i + 1);
    else
      report(
        header === undefined ? ['fixed', i, 'name'] : ['header', i],
        `names ${showText(name)} a second time, column ${i + 1} as column ${first}: give each its own name, or ignore one by its place (columns.ignorePositions; --ignore-positions ${i + 1})`,
      );
  });
}
