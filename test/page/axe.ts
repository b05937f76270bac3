import axe from 'axe-core';
import type { Page } from './browser.ts';

/** What axe-core finds wrong with the page as it stands, one line an element; contrast is part of it, or all of it. */
export async function axeFinds(page: Page, only: 'all' | 'contrast' = 'all'): Promise<readonly string[]> {
  const rules = only === 'all' ? '' : ", runOnly: ['color-contrast']";
  return await page.evaluate(`(async () => {
    ${axe.source};
    const { violations, passes } = await axe.run(document, { resultTypes: ['violations', 'passes']${rules} });
    if (passes.length < ${only === 'all' ? 10 : 1}) return ['axe looked at nothing: ' + passes.length + ' rules passed'];
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, any }) => id + ': ' + help + ': ' + html.slice(0, 200) + ' ' + any.map(({ message }) => message).join('; ')));
  })()`);
}
