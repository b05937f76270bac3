/**
 * Makes text from elsewhere harmless for whoever reads it: file names, keys, names of the catalogue, cells, words of a server,
 * reasons of operators. What is escaped is all that moves a cursor, starts a line, turns a line around or cannot be seen:
 *
 * - controls, C0 and C1: a terminal obeys them (ECMA-48; U+009B alone is "ESC [")
 * - ends of lines and paragraphs: a name of two lines would be two rows
 * - marks, embeddings and isolates of direction (UAX #9): the order on the screen would not be the order of the characters
 *   (CVE-2021-42574, "Trojan Source")
 * - what takes no room: zero-width blanks and joiners, fillers, tags, variation selectors, soft hyphens
 * - what no font has: private, unassigned and lone halves of characters
 * - the ninth mark and on upon one letter: it would be drawn over other lines
 *
 * Letters of all scripts stay, with their marks, and emoji. So joiners and selectors stay where they belong: between letters of a
 * script that writes with them (RFC 5892, A.1), between emoji, behind what they vary.
 *
 * An escape is one of JSON, `\n`, `\t`, `\r` or `\u202e`, so JSON that went through here is JSON of the same value.
 */

const joiningScripts = [
  'Arabic',
  'Syriac',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
  'Myanmar',
]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('');

const whereItBelongs = [
  String.raw`(?<=[${joiningScripts}])[\u200c\u200d](?=[${joiningScripts}])`,
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`,
  String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
  String.raw`(?<=\p{Script=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`,
  String.raw`(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]`,
].join('|');

const escaped = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?<=\p{M}{8})\p{M}`;

const unprintable = new RegExp(`(${whereItBelongs})|${escaped}`, 'gu');

/** Text on one line, whatever it holds; of more than `most` characters the rest is cut off. */
export function printable(text: string, most = Infinity): string {
  const whole = text.slice(0, most * 2).replaceAll(unprintable, (found, kept?: string) => kept ?? escapeOf(found));
  return whole.length > most ? `${whole.slice(0, most - 1)}…` : whole;
}

/** Text of several lines that we wrote: the same, but for `\n`. Names within it went through printable before. */
export function printableLines(text: string): string {
  return text.replaceAll(unprintable, (found, kept?: string) => kept ?? (found === '\n' ? found : escapeOf(found)));
}

/** Whether a person can see and type it as it is. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(found: string): string {
  const units = Array.from({ length: found.length }, (_, i) => found.charCodeAt(i));
  return short[found] ?? units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
