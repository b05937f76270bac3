import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { type Browser, findChromium, openBrowser } from './browser.ts';
import { outlineOf } from './outline.ts';

// Makes docs/images anew from the demo: `npm run screenshots`. Beside each picture lies its outline, which a test compares with the page.

const root = join(import.meta.dirname, '../..');
const images = join(root, 'docs/images');
mkdirSync(images, { recursive: true });
const home = mkdtempSync(join(tmpdir(), 'landfall-'));
const env = { ...process.env, LANDFALL_HOME: home, CI: 'true' };
const npm = (...words: string[]): void => {
  const { status } = spawnSync('npm', ['run', '--silent', ...words], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm run ${words.join(' ')} ended with ${status}`);
};

const chromium = findChromium();
if (chromium === null) throw new Error('there is no Chromium on the PATH: install it, or name it by CHROMIUM');
const browser = await openBrowser(chromium);
try {
  npm('start');
  await ofReport(browser);
  await ofDev(browser);
} finally {
  await browser.close();
  // as root the server's files lie elsewhere than in its home
  const { directory } = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')) as { directory: string };
  npm('landfall', '--', 'stop');
  if (directory.includes('landfall')) rmSync(directory, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}

/** The report of the million orders. */
async function ofReport(of: Browser): Promise<void> {
  const found = globSync('reports/orders/*/report.json', { cwd: home }).map((path) => join(home, path));
  const [first] = found.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (first === undefined) throw new Error('the demo left no report of orders');
  const { pagePath } = JSON.parse(readFileSync(first, 'utf8')) as LoadReport;
  const page = await of.page();
  await page.width(880);
  await page.goto(pathToFileURL(pagePath ?? '').href);
  writeFileSync(join(images, 'report.outline.txt'), await outlineOf(page));
  // the first sections are what a reader of README needs
  await page.evaluate(
    "document.querySelectorAll('section').forEach((each, i) => (each.hidden = i > 1)); document.querySelector('footer').hidden = true",
  );
  writeFileSync(join(images, 'report.png'), await page.screenshot('main'));
}

/** The page of `dev` over the same folder. */
async function ofDev(of: Browser): Promise<void> {
  const dev = spawn(process.execPath, [join(root, 'cli/main.ts'), 'dev', '--page'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(dev, 'exit');
  try {
    let said = '';
    for await (const part of dev.stdout) {
      said += String(part);
      const [, url] = /page at (http:\S+)/.exec(said) ?? [];
      if (url === undefined) continue;
      const page = await of.page();
      await page.width(1200);
      await page.goto(url);
      while (
        !(await page.evaluate<boolean>(
          "document.querySelectorAll('#last a').length > 3 && !document.getElementById('upload').hidden",
        ))
      )
        await new Promise((resolve) => setTimeout(resolve, 200));
      writeFileSync(join(images, 'dev-page.outline.txt'), await outlineOf(page));
      writeFileSync(join(images, 'dev-page.png'), await page.screenshot('main'));
      break;
    }
  } finally {
    dev.kill('SIGINT');
    await ended;
  }
}
