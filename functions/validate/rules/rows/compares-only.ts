import { bareName, expressionParts } from '../../../core/expression-words.ts';

const words: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IS', 'NULL']);
const casts: ReadonlySet<string> = new Set(['::numeric', '::integer', '::bigint', '::smallint']);

/**
 * Whether an expression consists of comparisons, sums and products of columns and numbers alone. They see a number's value and
 * never the digits it is printed with, so the cast to numeric(p,s), which costs as much as the check, is not needed: the value
 * passed NUMERIC_SCALE.
 */
export function comparesOnly(expression: string, columns: readonly string[]): boolean {
  const names = new Set(columns);
  return expressionParts(expression).every((part) => {
    if (words.has(part) || casts.has(part) || /^[\s\d.()<>=+*-]/u.test(part)) return true;
    if (part.startsWith("'")) return /^'-?\d+(?:\.\d+)?'$/u.test(part);
    const name = bareName(part);
    return name !== null && names.has(name);
  });
}
