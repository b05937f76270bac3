import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Every Markdown file that people read, by its path from the root. */
export const documents: readonly string[] = globSync(
  ['*.md', 'docs/**/*.md', 'functions/**/*.md', 'infra/**/*.md', 'localstack/**/*.md', 'test/**/*.md'],
  { cwd: root },
).toSorted();

/** The text of one of them. */
export function read(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** The code blocks of a document in one language, as they stand. */
export function codeBlocks(path: string, language: string): readonly string[] {
  return [...read(path).matchAll(/^```(\w*)\n(.*?)^```$/gmsu)]
    .filter(([, found]) => found === language)
    .map(([, , code = '']) => code);
}
