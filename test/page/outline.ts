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
