import type { Page } from './browser.ts';

/** Headings, captions, heads of tables and labels of a page, a line each: what a picture of it shows, without its figures. */
export async function outlineOf(page: Page): Promise<string> {
  const lines = await page.evaluate<
    string[]
  >(`[...document.querySelectorAll('h1, h2, h3, caption, thead tr, label, button')]
    .filter((each) => each.checkVisibility())
    .map((each) => each.localName + ' ' + (each.localName === 'tr' ? [...each.cells].map((cell) => cell.textContent).join(' | ') : each.textContent))`);
  return `${lines
    .map((line) =>
      line
        .replaceAll(/\d[\d,.]*/g, 'N')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .join('\n')}\n`;
}
