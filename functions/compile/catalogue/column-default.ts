import type { ContractColumn } from '../../core/contract.ts';
import type { CatalogueColumn } from './catalogue.ts';

/** A text in quotes, a number, or a word for true or false; behind it a type at most. Of two types PostgreSQL puts the inner one in parentheses. */
const constant =
  /^(?:'((?:[^']|'')*)'|\(?(-?\d+(?:\.\d+)?)\)?|(true|false))(?:::(?:[\w ."]|\[\]|\(\d+(?:,-?\d+)?\))+)?$/;

/**
 * The column's default as a cell would have it; absent where it is no constant. Anything else may differ from row to row, and a
 * default of the column's domain is the target's to fill in.
 */
export function defaultOf({ defaultExpression }: CatalogueColumn): Pick<ContractColumn, 'defaultText'> {
  const [, text, number, word] = constant.exec(defaultExpression ?? '') ?? [];
  const defaultText = text?.replaceAll("''", "'") ?? number ?? word;
  return defaultText === undefined ? {} : { defaultText };
}
