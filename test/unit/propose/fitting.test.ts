import { expect, test } from 'vitest';
import type { CatalogueColumn } from '../../../functions/compile/catalogue/catalogue.ts';
import { ColumnStatistics } from '../../../functions/propose/columns/column-statistics.ts';
import { fittingOf } from '../../../functions/propose/fitting.ts';

/** What is said of a column `no integer NOT NULL` of a delimited file with these cells. */
function saidOf(cells: readonly (string | null)[], hasNullWords = true): readonly string[] {
  const seen = new ColumnStatistics();
  for (const cell of cells) seen.observe(cell === null ? null : Buffer.from(cell));
  const column = {
    name: 'no',
    type: 'integer',
    baseType: 'int4',
    builtIn: true,
    baseKind: 'b',
    modifier: -1,
    isDomain: false,
    notNull: true,
  } as CatalogueColumn;
  return fittingOf([column], ['no'], { statistics: [seen], hasNullWords }).misfits.map(({ words }) => words);
}

const footer = ', the last record: where each file ends in such a line, "trailerRows": 1 in the dataset leaves it out';

test('a cell that does not fit is told by its record, and a footer is asked about where it is the last one alone', () => {
  expect(saidOf(['1', '2', '3'])).toEqual([]);
  expect(saidOf(['1', '2', 'Total'])).toEqual([`no is integer, and record 3 has "Total" in it${footer}`]);
  expect(saidOf(['1', 'Total', '3'])).toEqual(['no is integer, and record 2 has "Total" in it']);
  expect(saidOf(['1', 'x', 'Total'])).toEqual(['no is integer, and record 2 has "x" in it']);
  expect(saidOf(['Total'])).toEqual(['no is integer, and record 1 has "Total" in it']);
  expect(saidOf(['1', 'Total'], false)).toEqual(['no is integer, and record 2 has "Total" in it']);
});

test('records without a value are counted, one in the singular', () => {
  expect(saidOf(['1', null])).toEqual(['no is NOT NULL, and 1 record has no value in it']);
  expect(saidOf([null, '1', null])).toEqual(['no is NOT NULL, and 2 records have no value in it']);
});
