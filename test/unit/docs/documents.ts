import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Every Markdown file that people read, by its path from the root. */
export const documents: readonly string[] = globSync(['*.md', '{cli,docs,functions,infra,localstack,test}/**/*.md'], {
  cwd: root,
}).toSorted();

/** The text of one of them. */
export function read(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** What a page calls its headings in the targets of links: lower case, without punctuation, a second one of a name with -1. */
export function anchorsOf(path: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const prose = read(path).replaceAll(/^```.*?^```$/gmsu, '');
  const anchors = [...prose.matchAll(/^#{1,6} (.+)$/gmu)].map(([, heading = '']) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}

/** The code blocks of a document in one language, as they stand. */
export function codeBlocks(path: string, language: string): readonly string[] {
  return [...read(path).matchAll(/^```(\w*)\n(.*?)^```$/gmsu)]
    .filter(([, found]) => found === language)
    .map(([, , code = '']) => code);
}
