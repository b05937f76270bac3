import type { ContractColumn } from '../../core/contract.ts';
import type { CatalogueColumn } from './catalogue.ts';

/** A text in quotes, a number, or a word for true or false; behind it a type at most. Of two types PostgreSQL puts the inner one in parentheses. */
const constant =
  /^(?:'((?:[^']|'')*)'|\(?(-?\d+(?:\.\d+)?)\)?|(true|false))(?:::(?:[\w ."]|\[\]|\(\d+(?:,-?\d+)?\))+)?$/;

/**
 * The column's default as a cell would have it. Where it is no constant it may differ from row to row, and one of the column's domain
 * is the target's to fill in: then the server draws it. Nothing where there is none.
 */
export function defaultOf({
  defaultExpression,
  hasDefault,
  identity,
}: Pick<CatalogueColumn, 'defaultExpression' | 'hasDefault' | 'identity'>): Pick<
  ContractColumn,
  'defaultText' | 'drawsDefault'
> {
  const [, text, number, word] = constant.exec(defaultExpression ?? '') ?? [];
  const defaultText = text?.replaceAll("''", "'") ?? number ?? word;
  if (defaultText !== undefined) return { defaultText };
  return hasDefault || identity === 'd' ? { drawsDefault: true } : {};
}
