import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countNames } from '../../functions/core/dispositions.ts';
import type { LoadReport } from '../../functions/protocol/outcomes.ts';
import { reportPage } from '../../functions/page/page.ts';
import { count } from '../../functions/words/quantities.ts';
import { undoLoad } from '../support/undone.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { endlessFacts, evilFacts, factsOf, reject } from '../support/made-pages.ts';
import { axeFinds } from './axe.ts';
import { outdated } from './outline.ts';
import { type Browser, findChromium, openBrowser, type Page } from './browser.ts';

const chromium = findChromium();
if (chromium === null)
  process.stdout.write('no Chromium on the PATH, and CHROMIUM names none: pages are not looked at in a browser\n');

const markup = '<img src=x onerror=alert(1)>';
const table = `create table public.t (id integer primary key, n integer not null, note text);
  insert into public.t select i, i, 'old' from generate_series(1, 40) as i;
  create table public.u (id integer primary key, n integer not null, note text);
  insert into public.u values (1, 1, 'old'), (2, 2, 'old');
  create table public.log (id integer not null, n integer)`;
/** Of the 100 records 10 change a row, 30 leave one as it is, 50 are new, 4 are there twice, and 6 are rejects, some of them hostile. */
const records = [
  ...Array.from({ length: 10 }, (_, i) => `${i + 1},${i + 100},new ${markup}`),
  ...Array.from({ length: 30 }, (_, i) => `${i + 11},${i + 11},old`),
  ...Array.from({ length: 50 }, (_, i) => `${i + 41},${i},"  spaced "`),
  ...Array.from({ length: 4 }, () => '90,49,"  spaced "'),
  `91,${markup},x`,
  `92,,\u202eright to left`,
  '93,1.5,x',
  `</td><script>alert(2)</script>,1,x`,
  '94,1,x,too many',
  `95,${'9'.repeat(60_000)},x`,
];
const file = `id,n,note\n${records.join('\n')}\n`;
const into = { into: 'public.t', businessKey: ['id'], clean: { note: ['trim'] } };

describe.skipIf(chromium === null)('report.html in Chromium', () => {
  let browser: Browser | null = null;
  let pipeline: Pipeline | null = null;
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pages-'));
  /** By name: the page as a file, and report.json where a load made it. */
  const pages = new Map<string, { url: string; report: LoadReport }>();

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? '');
    const over = await testPipeline(table);
    pipeline = over;
    for (const [name, content, request] of [
      ['HELD', file, { approve: 'always' }],
      ['REJECTED', file, { limits: { maxRejects: 1 } }],
      ['empty', 'id,n,note\n', {}],
      ['LOADED', file, {}],
    ] as const) {
      const { pagePath, reportPath } = await over.load(await over.file(`${name} <b>.csv`, content), {
        ...into,
        ...request,
      });
      const report = JSON.parse(readFileSync(reportPath ?? '', 'utf8')) as LoadReport;
      pages.set(name, { url: pathToFileURL(pagePath ?? '').href, report });
    }
    const undo = { into: 'public.u', businessKey: ['id'], undo: true };
    for (const [name, meanwhile] of [
      ['undone', 'select'],
      ['undone in part', 'update public.u set n = 11 where id = 1'],
    ] as const) {
      const loaded = await over.load(
        await over.file(`${name} <b>.csv`, `id,n,note\n1,10,${markup}\n2,20,x\n3,30,x\n4,x,x\n`),
        undo,
      );
      await over.run(meanwhile);
      await undoLoad(over, loaded.loadId);
      pages.set(name, kept(loaded));
    }
    const objects = [
      await over.file('one <b>.csv', 'id,n\n1,1\n2,x\n'),
      await over.file('two <b>.csv', `id,"${markup}"\n3,3\n`),
      await over.file('three <b>.csv', 'id,n\n4,4\n5,5\ny,6\n'),
    ].map((key) => ({ key }));
    const together = {
      into: 'public.log',
      conflict: { rule: 'append' },
      objects,
      refusedObjects: 'leave-out',
    } as const;
    pages.set('set', kept(await over.load(objects[0]?.key ?? '', together)));
    for (const [name, facts] of [
      ['hostile', evilFacts()],
      ['64 KiB in each text', endlessFacts('ü'.repeat(65_536), 1)],
      ['many reasons', endlessFacts('reason', 5_000)],
      ['many rows', factsOf({}, { rejects: Array.from({ length: 1_000 }, (_, i) => reject(i)) })],
    ] as const) {
      const path = join(folder, `${name}.html`);
      writeFileSync(path, reportPage(facts));
      pages.set(name, { url: pathToFileURL(path).href, report: facts.report });
    }
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await pipeline?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const kept = ({ pagePath, reportPath }: LoadReport): { url: string; report: LoadReport } => ({
    url: pathToFileURL(pagePath ?? '').href,
    report: JSON.parse(readFileSync(reportPath ?? '', 'utf8')) as LoadReport,
  });
  const opened = async (name: string): Promise<Page> => {
    if (browser === null) throw new Error('no browser');
    const page = await browser.page();
    await page.goto(pages.get(name)?.url ?? '');
    return page;
  };

  it.each([
    ...['LOADED', 'HELD', 'REJECTED', 'empty', 'undone', 'undone in part', 'set'],
    ...['hostile', 'many reasons', '64 KiB in each text'],
  ])('%s: nothing runs or is fetched, it fits a phone, and axe finds nothing in light and dark', async (name) => {
    const page = await opened(name);
    for (const scheme of ['light', 'dark'] as const) {
      await page.media({ scheme });
      await page.width(360);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      await page.width(1_000);
      // a page of 300 kB in full takes axe half a minute
      if (!name.startsWith('many') && !name.startsWith('64'))
        expect(await axeFinds(page, scheme === 'light' ? 'all' : 'contrast')).toEqual([]);
    }
    expect(page.fetched).toEqual([pages.get(name)?.url]);
    expect(page.said).toEqual([]);
    expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(1);
  });

  it.each(['LOADED', 'HELD', 'REJECTED'])('%s: its figures are those of report.json', async (name) => {
    const page = await opened(name);
    const { report } = pages.get(name) ?? expect.fail('no such page');
    const found = await page.evaluate<Tables>(tables);
    const { counts, planned, rejectsByCode, cleaned = [], diff, milliseconds, control } = report;
    const rowsOf = (counted: typeof counts): string[][] =>
      countNames.filter((each) => counted[each] > 0).map((each) => [each, count(counted[each])]);
    const shown = Object.entries(found)
      .filter(([caption]) => caption.startsWith('What would have become') || caption.startsWith('What '))
      .map(([, rows]) => rows.map((row) => row.slice(0, 2)));
    expect(shown).toEqual([rowsOf(counts), ...(planned === undefined ? [] : [rowsOf(planned)])]);
    expect(counts.records).toBe(100);
    expect(found['Cells that a declared step changed']?.map((row) => row.slice(0, 3))).toEqual(
      cleaned.map(({ column, step, cells }) => [column, step, count(cells)]),
    );
    const changed = Object.entries(found).find(([caption]) => /^Cells that( would)? change,/.test(caption))?.[1];
    expect(changed).toEqual(diff?.columns.map((each) => [each.column, count(each.changed), count(each.turnedNull)]));
    expect(changed).not.toEqual([]);
    const steps = Object.entries(found).find(([caption]) => caption.includes('slice'))?.[1];
    expect(steps?.map(([step]) => step)).toEqual(
      Object.entries(milliseconds).flatMap(([step, each]) => (each > 0 ? [step] : [])),
    );
    expect(control).toBeUndefined();
    const { firstDuplicates = [], madeBy } = report;
    // a pipeline of tests is of no version
    expect(madeBy?.landfall).toBeNull();
    expect(firstDuplicates).toHaveLength(3);
    const duplicates =
      "[...document.querySelectorAll('section')].find((e) => e.querySelector('h2').textContent === 'Duplicates')";
    expect(
      await page.evaluate(
        `[...${duplicates}.querySelectorAll('dt')].map((e) => e.textContent + ': ' + e.nextSibling.textContent)`,
      ),
    ).toEqual(firstDuplicates.map(({ line, record, message }) => `line ${line}, record ${record}: ${message}`));
    expect(await page.evaluate(`${duplicates}.querySelector('p').textContent`)).toContain(count(counts.duplicate));
    expect(await page.evaluate("document.querySelector('footer').textContent")).toBe(
      `Made by Landfall, Node ${madeBy?.node} on ${madeBy?.platform}, PostgreSQL ${madeBy?.postgresql}. The same numbers for programs: report.json beside this file.`,
    );
    expect(await page.evaluate("[...document.querySelectorAll('summary')].map((e) => e.textContent)")).toEqual(
      expect.arrayContaining(
        rejectsByCode.map(
          ({ code, column, rejects }) =>
            `${code}${column === null ? '' : ` in ${column}`}: ${rejects === 1 ? '1 record' : `${rejects} records`}`,
        ),
      ),
    );
    expect(found['Rejected records']?.map(([line, record]) => [line, record])).toEqual(
      records
        .map((record, i) => ({ record, line: String(i + 2), no: String(i + 1) }))
        .slice(94)
        .map(({ line, no }) => [line, no]),
    );
  });

  it.each([
    ['undone', { restored: 2, removed: 1, kept: 0 }, '3 rows as before (2 restored, 1 removed), 0 stay as they are.'],
    [
      'undone in part',
      { restored: 1, removed: 1, kept: 1 },
      '2 rows as before (1 restored, 1 removed), 1 stays as it is.',
    ],
  ])('%s: it says so before all else, with the rows of report.json', async (name, rows, words) => {
    const page = await opened(name);
    const { undone } = pages.get(name)?.report ?? expect.fail('no such page');
    expect(undone).toMatchObject({ ...rows, returned: 0, untouched: 0, by: 'ana@laptop' });
    const head = await page.evaluate<string>("document.querySelector('header').textContent");
    expect(head).toContain('loaded, and undone since');
    expect(head).toContain(`Undone at ${undone?.at}, by ana@laptop: ${words}`);
    expect(await page.evaluate("document.querySelector('header').className.trim()")).toBe('outcome');
    const { counts } = pages.get(name)?.report ?? expect.fail('no such page');
    expect((await page.evaluate<Tables>(tables))['What became of 4 records']?.map((row) => row.slice(0, 2))).toEqual(
      countNames.filter((each) => counts[each] > 0).map((each) => [each, count(counts[each])]),
    );
  });

  it('set: each object has its records or why it was left out, and each reject its object', async () => {
    const page = await opened('set');
    const { objects = [] } = pages.get('set')?.report ?? expect.fail('no such page');
    expect(objects.map(({ outcome, code, records: read }) => [outcome, code, read])).toEqual([
      ['LOADED', undefined, 2],
      ['REJECTED', 'UNKNOWN_COLUMN', 0],
      ['LOADED', undefined, 3],
    ]);
    const found = await page.evaluate<Tables>(tables);
    const [, shown = []] = Object.entries(found).find(([caption]) => caption.endsWith('loaded as one')) ?? [];
    expect(shown.map(([key, , read]) => [key, read])).toEqual(
      objects.map(({ key, records: read }) => [key, count(read)]),
    );
    expect(shown.map(([, , , outcome]) => outcome)).toEqual([
      'LOADED',
      expect.stringContaining('UNKNOWN_COLUMN: '),
      'LOADED',
    ]);
    expect(found['Rejected records']?.map((row) => row.slice(0, 3))).toEqual([
      ['one <b>.csv', '3', '2'],
      ['three <b>.csv', '4', '5'],
    ]);
  });

  it('the table of rejects filters and sorts by keyboard alone, and says how many are left', async () => {
    const page = await opened('many rows');
    const rows = "[...document.querySelectorAll('#rejects tbody tr')].filter((row) => row.checkVisibility())";
    const all = await page.evaluate<number>(`${rows}.length`);
    expect(all).toBeGreaterThan(200);
    const focused = (): Promise<string> =>
      page.evaluate("document.activeElement.type + ' ' + document.activeElement.textContent");
    const goTo = async (wanted: string): Promise<void> => {
      for (let tries = 0; tries < 60 && (await focused()) !== wanted; tries += 1) await page.press('Tab');
      expect(await focused()).toBe(wanted);
      // where the focus is can be seen
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    };
    await goTo('search ');
    for (const key of '199') await page.press(key);
    expect(await page.evaluate(`${rows}.map((row) => row.cells[1].textContent)`)).toContain('199');
    expect(await page.evaluate("document.getElementById('shown').textContent")).toBe(
      `${await page.evaluate<number>(`${rows}.length`)} of ${all} rows`,
    );
    await goTo('button record');
    await page.press('Enter');
    await page.press('Enter');
    expect(await page.evaluate("document.querySelector('[aria-sort]').ariaSort")).toBe('descending');
    const order = await page.evaluate<string[]>(`${rows}.map((row) => row.cells[1].textContent)`);
    expect(order.length).toBeGreaterThan(1);
    expect(order.map(Number)).toEqual(order.map(Number).toSorted((a, b) => b - a));
    expect(page.said).toEqual([]);
  });

  it('without script the table of rejects is a plain one, and all else is there', async () => {
    if (browser === null) throw new Error('no browser');
    const page = await browser.page();
    await page.withoutScript();
    await page.goto(pages.get('LOADED')?.url ?? '');
    expect(await page.evaluate("document.querySelectorAll('#rejects tbody tr').length")).toBe(6);
    expect(await page.evaluate("document.querySelectorAll('#rejects button, .filter').length")).toBe(0);
    expect(await page.evaluate('document.querySelectorAll("section").length')).toBeGreaterThan(4);
  });

  it('in print nothing is folded away or cut at the side, and no field asks for anything', async () => {
    const page = await opened('LOADED');
    await page.media({ type: 'print' });
    // A4 within its margins
    await page.width(680);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(680);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth).length",
      ),
    ).toBe(0);
    expect(await page.evaluate("document.querySelector('.filter').checkVisibility()")).toBe(false);
    const folded =
      "[...document.querySelectorAll('details > :not(summary)')].filter((e) => !e.checkVisibility()).length";
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = false))");
    expect(await page.evaluate(folded)).toBe(0);
  });

  it('the picture of README shows what a report has', async () => {
    const outline = readFileSync(new URL('../../docs/images/report.outline.txt', import.meta.url), 'utf8');
    expect(outline).toContain('h2 Records');
    expect(await outdated(outline, [await opened('LOADED'), await opened('hostile')])).toEqual([]);
  });

  it('hostile: what is there is text, and scripts of the cells have not run', async () => {
    const page = await opened('LOADED');
    expect(await page.evaluate('document.body.textContent')).toContain(markup);
    expect(await page.evaluate('document.body.textContent')).toContain('\\u202eright to left');
    for (const [name, { url }] of pages) {
      expect(Buffer.byteLength(readFileSync(new URL(url))), name).toBeLessThan(300_000);
    }
  });
});

type Tables = Readonly<Record<string, readonly (readonly string[])[]>>;
/** Texts of the cells of each table that has a caption or a name. */
const tables = `Object.fromEntries([...document.querySelectorAll('table')].flatMap((table) => {
  const name = table.caption?.textContent ?? table.closest('[aria-label]')?.getAttribute('aria-label');
  return name ? [[name, [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))]] : [];
}))`;
