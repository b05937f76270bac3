import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** A regular expression of the source. */
export interface Expression {
  /** `functions/words/quantities.ts:12`. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every expression that stands in a folder's source, and the places of those that are put together when the program runs. */
export function expressionsOf(folder: string): { written: readonly Expression[]; computed: readonly string[] } {
  const written: Expression[] = [];
  const computed: string[] = [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.m?ts$/.test(path));
  for (const path of files.map((name) => join(folder, name).replaceAll('\\', '/'))) {
    const text = readFileSync(path, 'utf8');
    const place = (start: number): string => `${path}:${text.slice(0, start).split('\n').length}`;
    const { program } = parseSync(path, text);
    const compute = ({ callee, start }: { callee: { type: string }; start: number }): void => {
      if ('name' in callee && callee.name === 'RegExp') computed.push(place(start));
    };
    new Visitor({
      Literal(node) {
        if ('regex' in node)
          written.push({ place: place(node.start), source: node.regex.pattern, flags: node.regex.flags });
      },
      NewExpression: compute,
      CallExpression: compute,
    }).visit(program);
  }
  return { written, computed };
}

/** Without a repetition nothing can be tried in many ways. */
export function repeats({ source }: Expression): boolean {
  return /[*+{]/.test(source);
}
