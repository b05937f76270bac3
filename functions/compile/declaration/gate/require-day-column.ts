import { loadCodes } from '../../../protocol/load-codes.ts';
import { showText } from '../../../words/did-you-mean.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { findColumn, refuseMisfits, unknownColumn } from '../declared-words.ts';
import type { Dataset } from '../schema.ts';

/** Types that have a day. */
const withDay: readonly string[] = ['date', 'timestamp', 'timestamptz'];

/** Refuses to count by the day of a column that the target lacks, that has none, or whose values are shown nowhere. */
export function requireDayColumn(dataset: Dataset, catalogue: Catalogue): void {
  const { countByDay: name, columns } = dataset;
  if (name === undefined) return;
  const problem = problemOf();
  if (problem !== null)
    refuseMisfits(loadCodes.RULE, dataset, [
      { at: ['countByDay'], message: `countByDay names ${showText(name)}, but ${problem}` },
    ]);

  function problemOf(): string | null {
    const column = findColumn(catalogue, name ?? '');
    if (column === undefined) return unknownColumn(catalogue, name ?? '');
    if (columns.sensitive.includes(column.name)) return 'its values are shown nowhere (columns.sensitive)';
    return withDay.includes(column.baseType)
      ? null
      : `it is ${column.type}, which has no day: date, timestamp and timestamptz have one`;
  }
}
