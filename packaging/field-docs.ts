import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** One object literal of the sources: its own fields, and what the comment before each says. */
interface Literal {
  readonly names: readonly string[];
  readonly docs: ReadonlyMap<string, string>;
}

/** Answers what the sources say of a field, of an object with these fields; null where they say nothing. */
export type FieldDocs = (field: string, among: readonly string[]) => string | null;

/**
 * What stands in docstrings before the fields of shapes, which a running zod schema has forgotten. An object of a schema is found again
 * by its fields: a literal in the sources has no others than it. Where several say something of the field, the one with most
 * fields counts.
 * @param paths files, or folders with all that is in them
 */
export function fieldDocs(root: string, paths: readonly string[]): FieldDocs {
  const literals = paths.flatMap((path) => filesOf(join(root, path))).flatMap(literalsOf);
  return (field, among) => {
    const fitting = literals
      .filter(({ names, docs }) => docs.has(field) && names.every((name) => among.includes(name)))
      .toSorted((a, b) => b.names.length - a.names.length);
    return fitting[0]?.docs.get(field) ?? null;
  };
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => join(path, name));
}

function literalsOf(file: string): readonly Literal[] {
  const text = readFileSync(file, 'utf8');
  const { program, comments } = parseSync(file, text);
  const docstrings = new Map(
    comments
      .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
      .map(({ value, end }) => [end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0), proseOf(value)]),
  );
  const found: Literal[] = [];
  new Visitor({
    ObjectExpression({ properties }) {
      const fields = properties.flatMap((each) => {
        if (each.type !== 'Property' || each.computed) return [];
        const { key, start } = each;
        const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : null;
        return name === null ? [] : [{ name, doc: docstrings.get(start) }];
      });
      const docs = fields.flatMap(({ name, doc }) => (doc === undefined ? [] : [[name, doc] as const]));
      if (docs.length > 0) found.push({ names: fields.map(({ name }) => name), docs: new Map(docs) });
    },
  }).visit(program);
  return found;
}

/** The sentences of a docstring, without its stars and what follows an @. */
function proseOf(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*+/, '').trim());
  const end = lines.findIndex((line) => line.startsWith('@'));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line) => line !== '')
    .join(' ');
}
