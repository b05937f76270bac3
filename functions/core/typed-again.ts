import { isPrintable, printable } from './printable.ts';

/**
 * One word of a command line that is printed for a person to type or paste: a POSIX shell reads exactly `text` back. What cannot
 * be seen is written as $'\033', byte by byte, so the line shows what it does (POSIX.1-2024, 2.2.4).
 */
export function shellWord(text: string): string {
  if (/^[\w./=:@%+,-]+$/.test(text)) return text;
  if (isPrintable(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = [...text].map((character) => (standsAlone(character) ? inDollarQuotes(character) : octal(character)));
  return `$'${bytes.join('')}'`;
}

/** By itself, where what is before it does not matter: a mark is drawn upon that. */
function standsAlone(character: string): boolean {
  return isPrintable(character) && !/\p{M}/u.test(character);
}

function inDollarQuotes(character: string): string {
  return character === "'" || character === '\\' ? `\\${character}` : character;
}

function octal(character: string): string {
  return [...Buffer.from(character, 'utf8')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** A name in a statement that is printed for a person to run, qualified where several are given: in quotes, and what cannot be seen in PostgreSQL's U&"\202E". */
export function sqlIdent(...names: readonly string[]): string {
  return names.map((name) => sqlQuoted(`"${name.replaceAll('"', '""')}"`)).join('.');
}

/** A statement, or names as SQL has them, with what cannot be seen inside their quotes written as U&"\202E" and U&'\202E'. */
export function sqlQuoted(statement: string): string {
  return statement.replaceAll(/E'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|'(?:[^']|'')*'/gs, (quoted) => {
    // E'' reads the escapes of JSON
    if (quoted.startsWith('E') || isPrintable(quoted)) return printable(quoted);
    return `U&${[...quoted].map(inUnicodeQuotes).join('')}`;
  });
}

function inUnicodeQuotes(character: string): string {
  if (character === '\\') return String.raw`\\`;
  if (standsAlone(character)) return character;
  return `\\+${(character.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`;
}
