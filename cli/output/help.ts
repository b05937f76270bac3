import type { Verb } from '../context.ts';

/** What every verb takes. */
export const everyVerbsHelp = `Of every verb
  -q, --quiet          nothing on stdout and stderr where all is well, but what --json, --output or \`url\` print
  -v, --verbose        also which database and what named it, and how long each step took
  -y, --yes            yes to whatever is asked; without a terminal nothing is asked
  -h, --help           this page`;

/** What `landfall VERB --help` shows: first an example, then the form, what it does, and its options. */
export function helpPage(
  { name, summary }: { name: string; summary: string },
  verb: Verb,
  columns: number | null,
): string {
  const { examples, form, help } = verb;
  const typed = `Examples\n${examples.map((each) => `  ${each}\n`).join('')}\n`;
  const page = `landfall ${name} - ${summary}\n\n${typed}${form}\n\n${help.trim()}\n\n${everyVerbsHelp}\n`;
  return fitted(page, columns);
}

/** Narrower than this nothing is gained by breaking lines. */
const leastColumns = 50;

/**
 * Lines that are longer than the terminal is wide are broken between words, and go on where their text began: behind an option
 * there, else where the line itself does. Without a terminal they stay as they are.
 */
export function fitted(text: string, columns: number | null): string {
  if (columns === null) return text;
  const width = Math.max(columns, leastColumns);
  return text
    .split('\n')
    .flatMap((line) => (line.length <= width ? [line] : brokenLine(line, width)))
    .join('\n');
}

function brokenLine(line: string, width: number): readonly string[] {
  const indent = line.length - line.trimStart().length;
  const behind = indent === 0 ? -1 : line.indexOf('  ', indent);
  const text = behind === -1 ? indent : behind + (line.slice(behind).length - line.slice(behind).trimStart().length);
  const hang = ' '.repeat(text < width / 2 ? text : indent + 4);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const from = rest.length - rest.trimStart().length;
    const at = rest.lastIndexOf(' ', width);
    if (at <= Math.max(from, lines.length === 0 ? text - 1 : from)) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = `${hang}${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}
