/**
 * What an expression is made of, as PostgreSQL prints it (pg_get_expr, pg_get_constraintdef): names with their quotes, literals,
 * numbers, casts, signs, and blanks between them. A name that a parenthesis follows at once has it at its end: it is a function's.
 * Together they are the whole text. One pass, whatever the text is: no alternative can fail once it has begun.
 */
export function expressionParts(expression: string): readonly string[] {
  return (
    expression.match(/"(?:[^"]|"")*"?\(?|'(?:[^']|'')*'?|(?:::)?[\p{L}_][\p{L}\p{N}_$]*\(?|\s+|[\d.]+|[^]/gu) ?? []
  );
}

/** The names that an expression mentions, columns among them, none of functions and types. */
export function mentionedNames(expression: string): ReadonlySet<string> {
  return new Set(
    expressionParts(expression)
      .map(bareName)
      .filter((name) => name !== null),
  );
}

/** The name that a part is, without its quotes; null where it is none. */
export function bareName(part: string): string | null {
  if (part.endsWith('(') && part.length > 1) return null;
  if (part.length > 1 && part.startsWith('"')) return part.slice(1, -1).replaceAll('""', '"');
  return /^[\p{L}_]/u.test(part) ? part : null;
}
