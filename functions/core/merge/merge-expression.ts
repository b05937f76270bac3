import { join, sql, type Sql } from '../sql.ts';

/** What a row's value and the record's become together: `greatest(target.seen, source.seen)`. */
export type MergeExpression =
  | { readonly side: 'target' | 'source' }
  | { readonly call: 'greatest' | 'least' | 'coalesce'; readonly of: readonly MergeExpression[] };

/** 20 calls inside each other: nobody writes more, and reading them cannot exhaust the stack. */
const deepest = 20;

/**
 * Reads an expression over `target.COLUMN` and `source.COLUMN`, of greatest, least and coalesce. Nothing else: whatever is written
 * with these, a second time changes nothing, and a row may be judged, and so written, again.
 * @param column the one that it is of; another one's value may be new by then.
 * @throws Error in words that follow "columns.merge of COLUMN: "
 */
export function readMergeExpression(text: string, column: string): MergeExpression {
  const tokens = tokensOf(text);
  let at = 0;
  const take = (wanted: string): void => {
    const token = tokens[at];
    if (token !== wanted)
      throw new Error(`${token === undefined ? 'it ends' : `"${token}" stands`} where ${wanted} should be`);
    at += 1;
  };
  const read = (depth: number): MergeExpression => {
    if (depth > deepest) throw new Error(`more than ${deepest} calls are inside each other`);
    const word = (tokens[at] ?? '').toLowerCase();
    at += 1;
    if (word === 'target' || word === 'source') {
      take('.');
      const name = nameOf(tokens[at] ?? '');
      if (name !== column)
        throw new Error(
          `it reads ${word}.${tokens[at] ?? ''}; it may read target and source of ${column} itself alone`,
        );
      at += 1;
      return { side: word };
    }
    if (word !== 'greatest' && word !== 'least' && word !== 'coalesce')
      throw new Error(
        `${word === '' ? 'it ends' : `"${tokens[at - 1] ?? ''}" stands`} where target.${column}, source.${column}, or greatest, least or coalesce of these should be`,
      );
    take('(');
    const of = [read(depth + 1)];
    while (tokens[at] === ',') {
      at += 1;
      of.push(read(depth + 1));
    }
    take(')');
    return { call: word, of };
  };
  const expression = read(0);
  if (at < tokens.length) throw new Error(`"${tokens[at] ?? ''}" stands behind its end`);
  return expression;
}

/** Whether values are put into an order. */
export function isOrdering(expression: MergeExpression): boolean {
  return 'call' in expression && (expression.call !== 'coalesce' || expression.of.some(isOrdering));
}

/** The expression over the two values. */
export function mergeExpressionSql(expression: MergeExpression, target: Sql, source: Sql): Sql {
  if ('side' in expression) return expression.side === 'target' ? target : source;
  const values = join(expression.of.map((each) => mergeExpressionSql(each, target, source)));
  switch (expression.call) {
    case 'greatest':
      return sql`greatest(${values})`;
    case 'least':
      return sql`least(${values})`;
    case 'coalesce':
      return sql`coalesce(${values})`;
  }
}

/** Words, names in double quotes, and single signs. */
function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const sign = text[at] ?? '';
    if (/\s/u.test(sign)) at += 1;
    else {
      const end = sign === '"' ? endOfQuoted(text, at) : endOfWord(text, at);
      tokens.push(text.slice(at, end));
      at = end;
    }
  }
  return tokens;
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at + 1;
    at += 1;
  }
  throw new Error('a name in double quotes is not closed');
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (/[\p{L}\p{N}_$]/u.test(text[at] ?? '')) at += 1;
  return Math.max(at, from + 1);
}

/** As PostgreSQL reads a name: in lower case where it is not quoted. */
function nameOf(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase();
}
