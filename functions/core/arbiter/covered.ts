import type { Condition } from './condition.ts';
import type { Contract } from '../contract.ts';
import { ident, join, sql, type Sql } from '../sql.ts';

/**
 * The conditions of an index's predicate, which holds where all of them do; null where it says something else.
 * @param predicate pg_get_expr's text: `((deleted_at IS NULL) AND (NOT archived))`.
 */
export function conditionsOf(predicate: string): readonly Condition[] | null {
  const found = partsOf(predicate).map(conditionOf);
  const known = found.filter((each) => each !== null);
  return known.length === found.length ? known : null;
}

/** The row `alias` falls under the arbiter; null where it is not partial. */
export function isCovered({ arbiter = [] }: Pick<Contract, 'arbiter'>, alias: Sql): Sql | null {
  return arbiter.length === 0 ? null : allOf(arbiter, (name) => sql`${alias}.${ident(name)}`);
}

/** How ON CONFLICT names its arbiter. */
export function arbiterOf({ businessKey, arbiter = [] }: Pick<Contract, 'businessKey' | 'arbiter'>): Sql {
  const key = sql`(${join(businessKey.map((name) => ident(name)))})`;
  return arbiter.length === 0 ? key : sql`${key} where ${allOf(arbiter, (name) => ident(name))}`;
}

function allOf(conditions: readonly Condition[], value: (column: string) => Sql): Sql {
  const all = conditions.map(({ column, is }) => {
    switch (is) {
      case 'null':
        return sql`(${value(column)} is null)`;
      case 'not null':
        return sql`(${value(column)} is not null)`;
      case 'true':
        return sql`${value(column)}`;
      case 'false':
        return sql`(not ${value(column)})`;
    }
  });
  return join(all, ' and ');
}

/** What AND joins, outside of names in quotes: as PostgreSQL prints it, each part but a bare column is in parentheses of its own. */
function partsOf(predicate: string): readonly string[] {
  const text = predicate.trim();
  const inner =
    text.startsWith('((') || text.startsWith('(NOT ') || /^\((?:"|[\p{L}_])/u.test(text) ? text.slice(1, -1) : text;
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < inner.length; at += 1) {
    const sign = inner[at];
    if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    else if (depth === 0 && inner.startsWith(' AND ', at)) {
      parts.push(inner.slice(from, at));
      from = at + ' AND '.length;
    }
  }
  return [...parts, inner.slice(from)];
}

// a name stands bare where it is in lower case, else in quotes
const forms = [
  { form: /^\(?("(?:[^"]|"")+"|[\p{Ll}\p{Lo}_][\p{L}\p{N}_$]*) IS NULL\)?$/u, is: 'null' },
  { form: /^\(?("(?:[^"]|"")+"|[\p{Ll}\p{Lo}_][\p{L}\p{N}_$]*) IS NOT NULL\)?$/u, is: 'not null' },
  { form: /^\(?NOT ("(?:[^"]|"")+"|[\p{Ll}\p{Lo}_][\p{L}\p{N}_$]*)\)?$/u, is: 'false' },
  { form: /^("(?:[^"]|"")+"|[\p{Ll}\p{Lo}_][\p{L}\p{N}_$]*)$/u, is: 'true' },
] as const;

function conditionOf(part: string): Condition | null {
  for (const { form, is } of forms) {
    const [, found] = form.exec(part) ?? [];
    if (found === undefined) continue;
    return { column: found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found, is };
  }
  return null;
}
