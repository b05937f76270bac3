import type { Condition } from '../../core/arbiter/condition.ts';
import { conditionsOf } from '../../core/arbiter/covered.ts';
import { suppliesIn } from '../declaration/supplies/supplied-shape.ts';
import type { Dataset } from '../declaration/schema.ts';
import type { Catalogue, CatalogueColumn, CatalogueIndex } from './catalogue.ts';
import { defaultOf } from './column-default.ts';

/**
 * What a partial unique index asks of its rows, where every row that the load inserts does it: no file may fill the columns that it asks
 * about, and their defaults are what it wants. Null: it cannot be an arbiter.
 */
export function provableConditions(
  { predicate }: CatalogueIndex,
  { columns }: Pick<Catalogue, 'columns'>,
  dataset: Pick<Dataset, 'columns' | 'key'>,
): readonly Condition[] | null {
  const conditions = conditionsOf(predicate ?? '');
  const supplied = new Set(suppliesIn(dataset.columns).map(({ name }) => name));
  const isProven = (condition: Condition): boolean => {
    const column = columns.find(({ name }) => name === condition.column);
    if (column === undefined || supplied.has(column.name) || dataset.key.includes(column.name)) return false;
    return isByDefault(column, condition);
  };
  return conditions?.every(isProven) === true ? conditions : null;
}

/** Whether a new row that is given nothing for the column meets the condition. */
function isByDefault(column: CatalogueColumn, { is }: Condition): boolean {
  if (column.generated || (column.identity !== null && column.identity !== '')) return false;
  if (is === 'null') return !column.hasDefault;
  const { defaultText } = defaultOf(column);
  return is === 'not null' ? defaultText !== undefined : defaultText === is;
}
