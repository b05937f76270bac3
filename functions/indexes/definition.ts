/**
 * Whether a text can be nothing but one statement that creates an index that is not unique, as pg_get_indexdef prints it. Who may
 * write the ledger chooses the text: so nothing may end the statement or hide a part of it. Strings and names are skipped as
 * the server's lexer does under standard_conforming_strings; outside of them no semicolon, no dollar, no backslash, no comment,
 * and no control character but the newline that CASE is printed with: never between two strings, where the first would go on
 * in the second.
 */
export function isIndexDefinition(text: string): boolean {
  if (!text.startsWith('CREATE INDEX ') || text.includes('\0')) return false;
  let at = 0;
  let behindString = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === "'" && goesOn(text.slice(behindString, at))) return false;
    if (char === '"' || char === "'") {
      const end = endOfQuoted(text, at);
      if (end === null) return false;
      at = end;
      if (char === "'") behindString = end;
      continue;
    }
    if ((char < ' ' && char !== '\n') || char === '\u007F' || refused.has(char) || refused.has(text.slice(at, at + 2)))
      return false;
    at += 1;
  }
  return true;
}

const refused: ReadonlySet<string> = new Set([';', '$', '\\', '--', '/*']);

/** Whether a string that begins behind this is a part of the one before it. */
function goesOn(between: string): boolean {
  return between.includes('\n') && between.trim() === '';
}

/** Behind the closing quote; null where there is none, or where a prefix gives the string a meaning that is not known here. */
function endOfQuoted(text: string, start: number): number | null {
  const quote = text.charAt(start);
  const prefix = wordBefore(text, start);
  if (prefix !== '' && (quote === '"' || prefix !== 'E')) return null;
  const escapes = prefix === 'E';
  let at = start + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (escapes && char === '\\') at += 2;
    else if (char !== quote) at += 1;
    else if (text.charAt(at + 1) === quote) at += 2;
    else return at + 1;
  }
  return null;
}

/** Letters, digits and underscores right before a place, also those of other scripts; `&` is U&'s. */
function wordBefore(text: string, place: number): string {
  let start = place;
  while (start > 0 && /[\w&\u0080-\uFFFF]/u.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, place);
}
