import type { Page } from './browser.ts';

/** Headings, captions, heads of tables and labels of a page, a line each: what a picture of it shows, without its figures and the records of examples. */
export async function outlineOf(page: Page): Promise<string> {
  const lines = await page.evaluate<
    string[]
  >(`[...document.querySelectorAll('h1, h2, h3, caption, thead tr, label, button')]
    .filter((each) => each.checkVisibility() && each.closest('dd') === null)
    .map((each) => each.localName + ' ' + (each.localName === 'tr' ? [...each.cells].map((cell) => cell.textContent).join(' | ') : each.textContent))`);
  const plain = lines.map((line) => {
    const [element = '', ...words] = line.split(' ');
    return `${element} ${words
      .join(' ')
      .replaceAll(/\d[\d,.]*/g, 'N')
      .replaceAll(/\s+/g, ' ')
      .trim()}`;
  });
  return `${plain.join('\n')}\n`;
}

/** Lines of a kept outline that no page has any more: `npm run screenshots` makes the picture anew. Titles, which name a file, are left out. */
export async function outdated(kept: string, pages: readonly Page[]): Promise<readonly string[]> {
  const found = new Set((await Promise.all(pages.map(outlineOf))).flatMap((text) => text.split('\n')));
  return kept.split('\n').filter((line) => !line.startsWith('h1 ') && !line.startsWith('h3 ') && !found.has(line));
}
