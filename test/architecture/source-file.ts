import { builtinModules } from 'node:module';
import { parseSync, Visitor } from 'oxc-parser';

/** What the rules of the architecture need to know about one file. */
export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly imports: readonly ImportOf[];
  /** Lines that read process.env, or take hold of `process` in a way that could. */
  readonly environmentReads: readonly number[];
  /** Lines that name `console`, or stdout or stderr of the process. */
  readonly writes: readonly number[];
  /** Lines with a template of the `sql` tag. */
  readonly statements: readonly number[];
  /** Lines that call `.query()` of something. */
  readonly queries: readonly number[];
  /** Strings and templates as they stand in the source, `${...}` included: where SQL lives. */
  readonly texts: readonly { readonly line: number; readonly text: string }[];
  readonly comments: readonly string[];
  readonly lines: number;
}

export interface ImportOf {
  readonly line: number;
  /** As written; null where it is computed at run time and nothing can be known about it. */
  readonly specifier: string | null;
  /** Erased before anything runs. */
  readonly typeOnly: boolean;
  /** A path from the repository's root for a relative import, else the package or `node:` builtin, without subpath. */
  readonly target: string | null;
}

/**
 * Reads one file: static imports, `export ... from`, `import()`, `import x = require()` and `import('x').Type`, type-only ones too.
 * Throws where the file does not parse, because a file that cannot be read proves nothing.
 */
export function readSource(path: string, text: string): SourceFile {
  const { program, comments, errors, module } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors.map((error) => error.message).join('; ')}`);

  const lineOf = lineFinder(text);
  const imports: ImportOf[] = [];
  const environmentReads: number[] = [];
  const writes: number[] = [];
  const statements: number[] = [];
  const queries: number[] = [];
  const texts: { line: number; text: string }[] = [];
  const harmlessProcess = new Set<number>();

  const add = (start: number, specifier: string | null, typeOnly = false): void => {
    const target = specifier === null ? null : targetOf(path, specifier);
    imports.push({ line: lineOf(start), specifier, typeOnly, target });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    add(moduleRequest.start, moduleRequest.value, typeOnly);
  }
  for (const { moduleRequest, isType } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest) add(moduleRequest.start, moduleRequest.value, isType);
  }

  new Visitor({
    ImportExpression: ({ source, start }) => {
      const known = source.type === 'Literal' && typeof source.value === 'string' ? source.value : null;
      add(start, known ?? (source.type === 'TemplateLiteral' ? wholeTemplate(source) : null));
    },
    TSImportType: ({ source }) => add(source.start, source.value, true),
    TSExternalModuleReference: ({ expression, start }) =>
      add(start, expression.type === 'Literal' && typeof expression.value === 'string' ? expression.value : null),
    MemberExpression: ({ object, property, computed, start }) => {
      const member = property.type === 'Literal' ? property.value : property.type === 'Identifier' && property.name;
      if (object.type === 'Identifier' && object.name === 'process' && (member === 'stdout' || member === 'stderr'))
        writes.push(lineOf(start));
      // process.stdout and the like cannot reach the environment; the visitor meets the outer node first
      const other = !computed && property.type === 'Identifier' && property.name !== 'env';
      if (object.type === 'Identifier' && object.name === 'process' && other) harmlessProcess.add(object.start);
    },
    Identifier: ({ name, start }) => {
      if (name === 'process' && !harmlessProcess.has(start)) environmentReads.push(lineOf(start));
      if (name === 'console') writes.push(lineOf(start));
    },
    VariableDeclarator: ({ id, init, start }) => {
      const names = id.type === 'ObjectPattern' ? text.slice(id.start, id.end) : '';
      if (init?.type === 'Identifier' && init.name === 'process' && /\bstd(out|err)\b/.test(names))
        writes.push(lineOf(start));
    },
    TaggedTemplateExpression: ({ tag, start }) => {
      if (tag.type === 'Identifier' && tag.name === 'sql') statements.push(lineOf(start));
    },
    CallExpression: ({ callee, start }) => {
      if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return;
      if (callee.property.name === 'query') queries.push(lineOf(start));
    },
    TemplateLiteral: ({ start, end }) => {
      texts.push({ line: lineOf(start), text: text.slice(start, end) });
    },
    Literal: ({ value, start }) => {
      if (typeof value === 'string') texts.push({ line: lineOf(start), text: value });
    },
  }).visit(program);

  return {
    path,
    imports,
    environmentReads,
    writes,
    statements,
    queries,
    texts,
    comments: comments.map((comment) => comment.value.trim()),
    lines: text.replace(/\n$/, '').split('\n').length,
  };
}

/** './b.ts' in functions/a/x.ts is functions/a/b.ts; '@aws-sdk/client-s3/dist' is @aws-sdk/client-s3; 'fs/promises' is node:fs. */
export function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    const { pathname } = new URL(specifier, `file:///${from}`);
    return decodeURIComponent(pathname.slice(1));
  }
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
  return builtins.has(name) ? `node:${name}` : name;
}

const builtins: ReadonlySet<string> = new Set(builtinModules.map((name) => name.split('/')[0] ?? name));

function wholeTemplate(template: { quasis: readonly { value: { cooked: string | null } }[] }): string | null {
  return template.quasis.length === 1 ? (template.quasis[0]?.value.cooked ?? null) : null;
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}
