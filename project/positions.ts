import { extname } from 'node:path';
import type { Place } from './problems.ts';

/** A place in a text, as editors count it: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where in its text each place of what a file says stands; of what is not there, what is nearest around it. */
export type Positions = (at: Place) => Position;

const beginning: Position = { line: 1, column: 1 };

/**
 * Reads a text for the positions in it. JSON and YAML are parsed; of one that cannot be, every place is where it ends to make sense. Of a
 * module lines are looked up: of an export, and below it names of fields as people write them.
 */
export async function positionsIn(file: string, text: string): Promise<Positions> {
  switch (extname(file)) {
    case '.json': {
      const broken = brokenJson(text);
      return broken === null ? await ofYaml(text) : () => broken;
    }
    case '.yaml':
    case '.yml':
      return await ofYaml(text);
    default:
      return (at) => inModule(text, at);
  }
}

/** Where JSON is none; null: it is. Only some of the parser's messages say it. */
function brokenJson(text: string): Position | null {
  try {
    JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return null;
  } catch (error) {
    const { message } = error as Error;
    const offset = /at position (\d+)/u.exec(message)?.[1];
    if (offset !== undefined) return positionOf(text, Number(offset));
    const [, token = '', cut, shown] =
      /^Unexpected token '(.)', (\.\.\.)?"([\s\S]*)"(?:\.\.\.)? is not valid JSON$/u.exec(message) ?? [];
    const near = shown === undefined ? -1 : text.indexOf(shown);
    // V8 shows ten characters before it
    if (near >= 0) return positionOf(text, cut === undefined ? text.indexOf(token, near) : near + 10);
    return /end of JSON/u.test(message) ? positionOf(text, text.length) : beginning;
  }
}

/** JSON is YAML to this parser, which keeps where everything stands. */
async function ofYaml(text: string): Promise<Positions> {
  const { isAlias, isMap, isScalar, isSeq, parseDocument } = await import('./yaml.ts');
  const document = parseDocument(text, { strict: false, uniqueKeys: false, logLevel: 'error' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const where = positionOf(text, broken.pos[0]);
    return () => where;
  }
  return (at) => {
    let node: unknown = document.contents;
    let offset = document.contents?.range?.[0] ?? 0;
    for (const part of at) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
        if (pair === undefined) break;
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node) && typeof part === 'number') {
        node = node.items[part];
        offset = (node as { readonly range?: readonly number[] | null } | undefined)?.range?.[0] ?? offset;
      } else break;
    }
    return positionOf(text, offset);
  };
}

/** The name of an export comes first; fields are sought in their order behind it, until the next export. */
function inModule(text: string, [exported, ...fields]: Place): Position {
  if (exported === undefined) return beginning;
  const lines = text.split('\n');
  const first = lines.findIndex((line) => exportOf(line) === exported);
  const declared = first < 0 ? lines.findIndex((line) => declares(line, String(exported))) : first;
  if (declared < 0) return beginning;
  const next = lines.findIndex((line, i) => i > declared && exportOf(line) !== null);
  const start = lines.slice(0, declared).reduce((sum, line) => sum + line.length + 1, 0);
  const end = next < 0 ? text.length : lines.slice(0, next).reduce((sum, line) => sum + line.length + 1, 0);
  let found = start;
  for (const field of fields) {
    if (typeof field === 'number') continue;
    const at = fieldIn(text, field, { from: found, end });
    if (at === null) break;
    found = at;
  }
  return positionOf(text, found);
}

/** What a line begins to export; null: nothing. */
function exportOf(line: string): string | null {
  const [, isDefault, name] = /^export\s+(?:(default)\b|(?:const|let|var)\s+([\w$]+))/u.exec(line) ?? [];
  return isDefault ?? name ?? null;
}

function declares(line: string, name: string): boolean {
  return /^(?:const|let|var)\s+([\w$]+)/u.exec(line)?.[1] === name;
}

/** `field:`, `'field':`, or `field,` as a shorthand. */
function fieldIn(
  text: string,
  field: string,
  { from, end }: { readonly from: number; readonly end: number },
): number | null {
  for (let at = text.indexOf(field, from); at >= 0 && at < end; at = text.indexOf(field, at + 1)) {
    const before = text[at - 1] ?? '';
    const behind = text.slice(at + field.length, at + field.length + 20);
    const isQuoted = /['"`]/u.test(before);
    if (isQuoted ? /^['"`]\s{0,9}:/u.test(behind) : !/[\w$.]/u.test(before) && /^\s{0,9}[:,}]/u.test(behind))
      return isQuoted ? at - 1 : at;
  }
  return null;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
